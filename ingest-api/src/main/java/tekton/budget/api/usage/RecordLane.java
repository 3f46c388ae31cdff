package tekton.budget.api.usage;

import tekton.budget.api.access.AccessFilter;
import tekton.budget.api.access.Caller;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.IdempotencyKey;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.lane.LaneAnswer;
import tekton.budget.api.lane.LaneRequest;
import tekton.budget.api.lane.LaneService;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.UsageWriter;
import tekton.budget.kafka.Acknowledgement;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Positions;
import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code POST /api/usage/record} without a servlet, for records that are taken. Whatever is refused
 * before it is sent is left to {@link RecordServlet}, which reads it again and says why: each
 * refusal is worded once.
 */
public final class RecordLane implements LaneService {

    private static final List<String> PATHS = List.of("/api/usage/record", "/api/v1/usage/record");

    private static final int CREATED = 201;

    private final UsageIntake intake;
    private final TopicPublisher publisher;
    private final IntakeMeter meter;
    private final AccessFilter access;
    private final RequestMeter requests;
    private final BooleanSupplier leaving;

    /** Hears of every request that is answered here. */
    @FunctionalInterface
    public interface RequestMeter {
        /** One has been answered; neither blocks nor fails. */
        void posted(String path, int status, long nanos);
    }

    /**
     * A lane.
     *
     * @param prices the book as it is now
     * @param leaving whether this instance is about to stop; then nothing is served here, for it is
     *     the servlets' answers that send clients to another one
     */
    public RecordLane(
            Supplier<PriceBook> prices,
            InstantSource clock,
            TopicPublisher publisher,
            IntakeMeter meter,
            AccessFilter access,
            RequestMeter requests,
            BooleanSupplier leaving) {
        intake = new UsageIntake(prices, RecordLane::contextElsewhere, clock);
        this.publisher = publisher;
        this.meter = meter;
        this.access = access;
        this.requests = requests;
        this.leaving = leaving;
    }

    @Override
    public List<String> paths() {
        return PATHS;
    }

    @Override
    public int bodyBytesMax() {
        return UsageBounds.RECORD_BYTES_MAX;
    }

    @Override
    public boolean serve(LaneRequest request, LaneExchange exchange) {
        String key = request.idempotencyKey();
        // With Kafka away a send may wait two seconds for it, and here everybody would wait behind
        // it.
        if (leaving.getAsBoolean()
                || !publisher.isConnected()
                || publisher.isFailing()
                || (key != null && !IdempotencyKey.isOne(key))) {
            return false;
        }
        Optional<Caller> caller =
                access.poster(request.path(), request.apiKey(), request.authorization());
        if (caller.isEmpty()) {
            return false;
        }
        Judgement judgement;
        try {
            judgement =
                    intake.judge(
                            request.bytes(),
                            request.bodyOffset(),
                            request.bodyLength(),
                            key,
                            caller.get().budgetId());
        } catch (RuntimeException saidByTheServlet) {
            // It meets the same; nothing has been sent.
            return false;
        }
        if (!(judgement instanceof Judgement.AcceptedUsage accepted)
                || !access.take(
                        caller.get(), access.limitsAddresses() ? request.senderAddress() : "")) {
            return false;
        }
        send(
                accepted,
                new RecordUnderWay(accepted, request.path(), request.beganNanos(), exchange));
        return true;
    }

    private void send(Judgement.AcceptedUsage accepted, RecordUnderWay sent) {
        boolean taken = false;
        try {
            taken =
                    publisher.offer(
                            accepted.usage().contextId(),
                            UsageWriter.write(accepted.usage()),
                            Duration.ZERO,
                            sent);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        if (!taken) {
            sent.refuse(RecordAnswers.noRoom());
        }
    }

    /** Looking one up may wait, which is not for the event loop. */
    private static String contextElsewhere(String allocationId) {
        throw new ProblemException(
                UsageServlet.unavailable("the context of " + allocationId + " is not known here"));
    }

    /** One record on its way. */
    private final class RecordUnderWay implements Acknowledgement {

        private final Judgement.AcceptedUsage accepted;
        private final String path;
        private final long beganNanos;
        private final LaneExchange exchange;

        private RecordUnderWay(
                Judgement.AcceptedUsage accepted,
                String path,
                long beganNanos,
                LaneExchange exchange) {
            this.accepted = accepted;
            this.path = path;
            this.beganNanos = beganNanos;
            this.exchange = exchange;
        }

        @Override
        public void acknowledged(int partition, long offset) {
            exchange.complete(() -> created(partition, offset));
        }

        @Override
        public void failed() {
            refuse(RecordAnswers.unknownOutcome(accepted));
        }

        private LaneAnswer created(int partition, long offset) {
            meter.accepted(Way.SINGLE);
            requests.posted(path, CREATED, System.nanoTime() - beganNanos);
            return new LaneAnswer(
                    CREATED,
                    "",
                    List.of(
                            "Vary: Origin",
                            Positions.HEADER + ": " + Positions.ofRecord(partition, offset)),
                    Bodies.JSON,
                    RecordAnswers.json(accepted));
        }

        private void refuse(Problem problem) {
            exchange.complete(() -> refused(problem));
        }

        private LaneAnswer refused(Problem problem) {
            int status = problem.type().status();
            meter.refused(Way.SINGLE, problem.type());
            requests.posted(path, status, System.nanoTime() - beganNanos);
            return new LaneAnswer(
                    status,
                    problem.reason(),
                    List.of("Vary: Origin", "Retry-After: " + problem.retryAfterSeconds()),
                    Problem.CONTENT_TYPE,
                    new JsonBytes(0).raw(problem.toJson()));
        }
    }
}
