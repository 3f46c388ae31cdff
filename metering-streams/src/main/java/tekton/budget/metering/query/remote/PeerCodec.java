package tekton.budget.metering.query.remote;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.metering.query.local.Question;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Questions and partials as JSON. A question's name, such as {@code all-time}, stands in the path,
 * so that an instance of another version says at once that it does not know it.
 */
final class PeerCodec {

    private static final Map<String, Class<?>> BY_NAME =
            kinds(Question.class).collect(Collectors.toMap(PeerCodec::name, Function.identity()));

    private PeerCodec() {}

    static String name(Question<?> question) {
        return name(question.getClass());
    }

    private static String name(Class<?> kind) {
        return kind.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    static byte[] write(Question<?> question) {
        return LedgerCodec.writeRow(question);
    }

    /**
     * A question; empty where the name is not known.
     *
     * @throws IllegalArgumentException if the bytes are not one of that name
     */
    static Optional<Question<?>> read(String name, byte[] bytes) {
        return Optional.ofNullable(BY_NAME.get(name))
                .map(kind -> (Question<?>) LedgerCodec.readRow(bytes, kind));
    }

    static byte[] writePartial(Object partial) {
        return LedgerCodec.writeRow(partial);
    }

    /**
     * What a question was answered with.
     *
     * @throws IllegalArgumentException if the bytes are no such partial
     */
    static <R> R readPartial(Question<R> question, byte[] bytes) {
        return LedgerCodec.readRow(bytes, question.partial());
    }

    /** The records of a sealed family. */
    private static Stream<Class<?>> kinds(Class<?> family) {
        return family.isSealed()
                ? Arrays.stream(family.getPermittedSubclasses()).flatMap(PeerCodec::kinds)
                : Stream.of(family);
    }
}
