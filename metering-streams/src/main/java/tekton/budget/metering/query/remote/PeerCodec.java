package tekton.budget.metering.query.remote;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.metering.query.local.Question;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Questions and partials as JSON. A question's name, such as {@code all-time}, stands in the path,
 * so that an instance of another version says at once that it does not know it.
 */
final class PeerCodec {

    private static final Map<String, Class<? extends Question<?>>> BY_NAME = new HashMap<>();

    static {
        List.<Class<? extends Question<?>>>of(
                        Question.AllTime.class,
                        Question.Between.class,
                        Question.Within.class,
                        Question.PageOfTotals.class,
                        Question.Largest.class,
                        Question.Cells.class,
                        Question.ContextHours.class,
                        Question.FindIds.class,
                        Question.FindInEveryContext.class,
                        Question.BudgetOf.class,
                        Question.Budgets.class,
                        Question.PolicyOf.class,
                        Question.AllocationsOf.class,
                        Question.OldestOpen.class,
                        Question.NewestOf.class,
                        Question.StandingsOf.class,
                        Question.Check.class)
                .forEach(kind -> BY_NAME.put(name(kind), kind));
    }

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
        return Optional.ofNullable(BY_NAME.get(name)).map(kind -> LedgerCodec.readRow(bytes, kind));
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
}
