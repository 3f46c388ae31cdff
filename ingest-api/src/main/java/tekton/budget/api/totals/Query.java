package tekton.budget.api.totals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.Timestamps;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.TopBy;
import tekton.budget.value.Positions;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;
import tekton.budget.value.WholeNumber;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a read request asks for, checked; and the problem that an answer may be. */
public final class Query {

    /**
     * The header that tells how many changes of the state a copy had yet to hear of. Absent where
     * the owner has answered.
     */
    public static final String LAG = "Budget-Lag";

    private static final String TIERS = "local_lightweight, local_midweight or remote_heavyweight";

    private static final int LIMIT_DEFAULT = 20;
    private static final int LIMIT_MAX = 100;

    /** Far beyond what anybody turns to; with the limit it fits every sum. */
    private static final int PAGE_MAX = 1_000_000;

    private static final int TIMEOUT_MS_DEFAULT = 5_000;
    private static final int TIMEOUT_MS_MAX = 30_000;

    private final HttpServletRequest request;

    /** What that request asks for. */
    public Query(HttpServletRequest request) {
        this.request = request;
    }

    /** A parameter's text; null when it is absent or empty. */
    public @Nullable String text(String name) {
        String value = request.getParameter(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Every value of a parameter, repeated or separated by commas; none when it is empty. */
    public List<String> list(String name) {
        String[] values = request.getParameterValues(name);
        return values == null
                ? List.of()
                : Arrays.stream(values)
                        .filter(value -> !value.isEmpty())
                        .flatMap(value -> Arrays.stream(value.split(",", -1)))
                        .map(String::strip)
                        .toList();
    }

    /** A parameter that names something, within the bound of ids. */
    public @Nullable String id(String name) {
        String value = text(name);
        return value == null ? null : bounded("query", name, value, UsageBounds.ID_LENGTH_MAX);
    }

    /** The parameter {@code tier}, as it is told in records. */
    public @Nullable Tier tier() {
        return oneOf("tier", Tier::parse, TIERS);
    }

    /** The parameter {@code top}: by what the largest are wanted. */
    public @Nullable TopBy top() {
        return oneOf("top", TopBy::parse, "cost, tokens or records");
    }

    /** True when the request asks for a page of a list, by its number or its length. */
    public boolean isPaged() {
        return text("page") != null || text("limit") != null;
    }

    /** How many entries a page has. */
    public int limit() {
        return integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    }

    /** Which page, from 1. */
    public int page() {
        return integer("page", 1, 1, PAGE_MAX);
    }

    /** A parameter that is true or false; null when it is absent. */
    public @Nullable Boolean flag(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw invalid("query", name, value, "true or false");
        };
    }

    /** A parameter that is a time, epoch milliseconds; null when it is absent. */
    public @Nullable Long timeMs(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        // A plus sign that was not percent-encoded arrives as a space.
        Long ms = Timestamps.parseMs(value.replace(' ', '+'));
        if (ms == null) {
            throw invalid("query", name, value, Timestamps.EXPECTED);
        }
        return ms;
    }

    /** A parameter that is one of a set; null when it is absent. */
    public <E> @Nullable E oneOf(
            String name, Function<String, Optional<E>> parse, String expected) {
        String value = text(name);
        return value == null
                ? null
                : parse.apply(value)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                Problem.outsideSet(
                                                        "query", name, value, expected)));
    }

    /** The positions that the request's header names, and how long to wait for them. */
    public Consistency readAfter() {
        Duration timeout = timeout();
        String header = request.getHeader(Positions.HEADER);
        boolean stale = Boolean.TRUE.equals(flag("stale"));
        if (header == null) {
            return stale ? Consistency.STALE_ALLOWED : Consistency.NOTHING;
        }
        if (stale) {
            // A copy does not know how far the one it follows was when the caller wrote.
            throw invalid("query", "stale", "true", "absent, as there is a " + Positions.HEADER);
        }
        Positions positions =
                Positions.parse(header)
                        .orElseThrow(
                                () ->
                                        invalid(
                                                "header",
                                                Positions.HEADER,
                                                header,
                                                "usage-3:1042, several separated by commas"));
        return new Consistency(positions, timeout);
    }

    /** How long to wait for positions. */
    public Duration timeout() {
        return Duration.ofMillis(integer("wait_ms", TIMEOUT_MS_DEFAULT, 0, TIMEOUT_MS_MAX));
    }

    /**
     * All of the path behind a prefix, decoded: an id, slashes included. Taken from the address as
     * it was sent, because containers fold double slashes and drop what follows a semicolon.
     *
     * @param marker what the path has right before the id
     */
    public String lastSegment(String marker) {
        return lastSegment(marker, UsageBounds.ID_LENGTH_MAX);
    }

    /** The same with a bound of its own, in characters. */
    public String lastSegment(String marker, int lengthMax) {
        String path = request.getRequestURI();
        int found = path.indexOf(marker);
        if (found < 0) {
            // Spring has matched an encoded spelling of a fixed part of the path.
            throw new ProblemException(Problem.of(ProblemType.PATH_NOT_FOUND, path + " not found"));
        }
        String id =
                bounded("path", "id", decoded(path.substring(found + marker.length())), lengthMax);
        if (id.isEmpty()) {
            throw invalid("path", "id", "", "an id");
        }
        return id;
    }

    /** The value of an answer, or its problem. */
    public static <T> T found(Answer<T> answer, String kind, String id) {
        return switch (answer) {
            case Answer.Found<T>(T value) -> value;
            case Answer.Stale<T>(T value, long lag) -> {
                tellLag(lag);
                yield value;
            }
            case Answer.Unknown<T>() ->
                    throw new ProblemException(
                            Problem.of(
                                    ProblemType.RESOURCE_NOT_FOUND,
                                    "%s with ID %s not found".formatted(kind, id)));
            case Answer.NotReady<T>(Duration retryAfter, String missing) ->
                    throw new ProblemException(
                            Problem.retryLater(
                                    ProblemType.SERVICE_UNAVAILABLE,
                                    "the state that knows cannot be asked: " + missing,
                                    retryAfter));
            case Answer.NotReached<T>(Positions missing) ->
                    throw new ProblemException(
                            Problem.retryLater(
                                    ProblemType.POSITION_NOT_REACHED,
                                    "not reached in time: " + missing,
                                    Duration.ofSeconds(1)));
        };
    }

    /** In the answer to the request that this thread serves. */
    private static void tellLag(long lag) {
        HttpServletResponse response =
                RequestContextHolder.getRequestAttributes()
                                instanceof ServletRequestAttributes current
                        ? current.getResponse()
                        : null;
        if (response != null) {
            response.setHeader(LAG, String.valueOf(lag));
        }
    }

    /** Ends the request with the problem of a walk's answer. Nothing to visit is none. */
    public static void visited(Answer<Long> answer, String kind) {
        if (!(answer instanceof Answer.Unknown<Long>)) {
            found(answer, kind, "any");
        }
    }

    /** A part of the request that has the wrong form or exceeds a bound. */
    public static ProblemException invalid(
            String where, String name, String value, String expected) {
        return new ProblemException(Problem.invalid(where, name, value, expected));
    }

    /** A parameter that is an integer within bounds. */
    public int integer(String name, int byDefault, int min, int max) {
        String value = text(name);
        if (value == null) {
            return byDefault;
        }
        Long number = WholeNumber.parse(value);
        if (number != null && number >= min && number <= max) {
            return number.intValue();
        }
        throw invalid(
                "query", name, value, String.format(Locale.ROOT, "an integer %d to %d", min, max));
    }

    private static String bounded(String where, String name, String value, int lengthMax) {
        if (value.length() > lengthMax) {
            throw invalid(where, name, value, "at most " + lengthMax + " characters");
        }
        return value;
    }

    private static String decoded(String path) {
        byte[] raw = path.getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = new byte[raw.length];
        int length = 0;
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes[length++] = raw[i];
            } else {
                int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw invalid("path", "id", path, "percent-encoded UTF-8");
                }
                bytes[length++] = (byte) (high * 16 + low);
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("path", "id", path, "percent-encoded UTF-8");
        }
    }
}
