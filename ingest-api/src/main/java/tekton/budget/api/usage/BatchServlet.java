package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.access.Caller;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.IdempotencyKey;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.UsageReader.MalformedArrayException;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.value.Positions;
import tekton.budget.value.UsageBounds;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code POST /api/usage/batch}: a JSON array, or one record a line. Each record is judged on its
 * own; the answer comes when Kafka has every accepted one.
 *
 * <p>Memory: an array is held whole, so all arrays being read together are bounded in bytes, and
 * take room as they arrive; of lines only one is held, and what has been sent is bounded by the
 * publisher.
 */
public final class BatchServlet extends UsageServlet {

    private static final long serialVersionUID = 1L;

    /** The most records of an array. */
    static final int ARRAY_RECORDS_MAX = 10_000;

    /** The most bytes of an array. */
    static final int ARRAY_BYTES_MAX = 16 * 1024 * 1024;

    /** So many of the largest arrays may be read at once. */
    private static final int LARGE_ARRAYS_MAX = 3;

    private static final Duration ARRAY_TIMEOUT = Duration.ofSeconds(30);

    private static final Pattern LINES = Pattern.compile("ndjson|jsonl", Pattern.CASE_INSENSITIVE);

    private static final Set<String> MEDIA =
            Set.of(Bodies.JSON, "application/x-ndjson", "application/jsonl");

    private final transient UsageIntake intake;
    private final transient RecordSender sender;
    private final transient IntakeMeter meter;
    private final transient BodyMemory arrays;

    /**
     * The endpoint.
     *
     * @param roomPatience how long reading pauses for room before the batch is given up
     */
    public BatchServlet(
            UsageIntake intake,
            TopicPublisher publisher,
            IntakeMeter meter,
            Duration roomPatience) {
        super(publisher, meter);
        this.meter = meter;
        this.intake = intake;
        sender = new RecordSender(publisher, roomPatience);
        arrays = new BodyMemory(LARGE_ARRAYS_MAX, roomPatience);
    }

    @Override
    Way way(HttpServletRequest request) {
        String type = request.getContentType();
        boolean lines = type != null && LINES.matcher(type).find();
        return lines ? Way.NDJSON : Way.ARRAY;
    }

    @Override
    void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        boolean array = Bodies.mediaType(request, MEDIA).equals(Bodies.JSON);
        String key = IdempotencyKey.of(request);
        BatchTally tally = new BatchTally(way(request), meter);
        boolean complete = array ? sendArray(request, key, tally) : sendLines(request, key, tally);
        complete &= sender.awaitAll(tally);
        answer(response, tally, complete);
    }

    private static void answer(HttpServletResponse response, BatchTally tally, boolean complete)
            throws IOException {
        Positions positions = tally.positions();
        if (!positions.offsets().isEmpty()) {
            response.setHeader(Positions.HEADER, positions.toString());
        }
        if (!complete) {
            response.setHeader("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
        }
        Bodies.write(
                response,
                complete ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                tally.toJson());
    }

    private boolean sendArray(HttpServletRequest request, @Nullable String key, BatchTally tally)
            throws IOException, InterruptedException {
        try (BodyMemory.HeldRoom room = arrays.of(Caller.idOf(request))) {
            byte[] body = Bodies.read(request, ARRAY_BYTES_MAX, ARRAY_TIMEOUT, room);
            long index = 0;
            for (Judgement judgement :
                    intake.judgeArray(body, ARRAY_RECORDS_MAX, key, Caller.budgetOf(request))) {
                if (!sender.take(index++, judgement, tally)) {
                    return false;
                }
            }
            return true;
        } catch (MalformedArrayException e) {
            throw new ProblemException(
                    Problem.of(
                            e.tooLong()
                                    ? ProblemType.PAYLOAD_TOO_LARGE
                                    : ProblemType.INVALID_REQUEST,
                            "body: %s; nothing was written".formatted(e.getMessage())));
        }
    }

    private boolean sendLines(HttpServletRequest request, @Nullable String key, BatchTally tally)
            throws IOException, InterruptedException {
        String onlyBudget = Caller.budgetOf(request);
        try (InputStream in = Bodies.stream(request)) {
            LineReader lines = new LineReader(in, UsageBounds.RECORD_BYTES_MAX, System::nanoTime);
            for (long index = 0; ; index++) {
                Judgement judgement =
                        switch (next(lines, index, tally)) {
                            case END -> null;
                            case TOO_LONG -> tooLong();
                            case LINE ->
                                    intake.judge(
                                            lines.buffer(),
                                            lines.offset(),
                                            lines.length(),
                                            key == null ? null : key + '#' + index,
                                            onlyBudget);
                        };
                if (judgement == null) {
                    return true;
                }
                if (!sender.take(index, judgement, tally)) {
                    return false;
                }
            }
        }
    }

    /** Where a compressed body cannot be read on, the lines before it have their answer. */
    private static LineReader.LineKind next(LineReader lines, long index, BatchTally tally)
            throws IOException {
        try {
            return lines.next();
        } catch (ProblemException damaged) {
            if (damaged.problem().type() == ProblemType.SERVICE_UNAVAILABLE) {
                // It was not begun.
                throw damaged;
            }
            tally.refused(index, damaged.problem());
            return LineReader.LineKind.END;
        }
    }

    private static Judgement tooLong() {
        return new Judgement.RefusedUsage(
                Problem.of(
                        ProblemType.PAYLOAD_TOO_LARGE,
                        "line: too long (expected: at most %d bytes)"
                                .formatted(UsageBounds.RECORD_BYTES_MAX)));
    }
}
