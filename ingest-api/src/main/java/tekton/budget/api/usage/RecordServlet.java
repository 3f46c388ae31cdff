package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.access.Caller;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.IdempotencyKey;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.UsageWriter;
import tekton.budget.kafka.Acknowledgement;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.value.Positions;
import tekton.budget.value.UsageBounds;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code POST /api/usage/record}: one record, answered when Kafka has it. */
public final class RecordServlet extends UsageServlet {

    private static final long serialVersionUID = 1L;

    private static final Set<String> MEDIA = Set.of(Bodies.JSON);

    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(20);

    private final transient UsageIntake intake;
    private final transient TopicPublisher publisher;
    private final transient IntakeMeter meter;

    public RecordServlet(UsageIntake intake, TopicPublisher publisher, IntakeMeter meter) {
        super(publisher, meter);
        this.intake = intake;
        this.meter = meter;
        this.publisher = publisher;
    }

    @Override
    Way way(HttpServletRequest request) {
        return Way.SINGLE;
    }

    @Override
    void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        Bodies.mediaType(request, MEDIA);
        String key = IdempotencyKey.of(request);
        byte[] body = Bodies.read(request, UsageBounds.RECORD_BYTES_MAX, BODY_TIMEOUT);
        switch (intake.judge(body, 0, body.length, key, Caller.budgetOf(request))) {
            case Judgement.RefusedUsage(Problem problem) -> refuse(request, response, problem);
            case Judgement.AcceptedUsage accepted -> {
                RecordPosition position = publish(accepted);
                meter.accepted(Way.SINGLE);
                response.setHeader(
                        Positions.HEADER,
                        Positions.of(position.partition(), position.offset()).toString());
                Bodies.write(
                        response, HttpServletResponse.SC_CREATED, RecordAnswers.json(accepted));
            }
        }
    }

    private RecordPosition publish(Judgement.AcceptedUsage accepted) throws InterruptedException {
        Ack ack = new Ack();
        if (!publisher.offer(
                accepted.usage().contextId(),
                UsageWriter.write(accepted.usage()),
                Duration.ZERO,
                ack)) {
            throw new ProblemException(RecordAnswers.noRoom());
        }
        return ack.await()
                .orElseThrow(() -> new ProblemException(RecordAnswers.unknownOutcome(accepted)));
    }

    private record RecordPosition(int partition, long offset) {}

    /** One request's wait for one acknowledgement. */
    private static final class Ack implements Acknowledgement {

        private final CompletableFuture<@Nullable RecordPosition> outcome =
                new CompletableFuture<>();

        @Override
        public void acknowledged(int partition, long offset) {
            outcome.complete(new RecordPosition(partition, offset));
        }

        @Override
        public void failed() {
            outcome.complete(null);
        }

        /**
         * Where the record is, or empty when it is not known to be anywhere. Waits without a timer
         * of its own, which is measurable at this rate: the producer ends every send by its
         * delivery timeout, or when it is closed.
         */
        Optional<RecordPosition> await() {
            return Optional.ofNullable(outcome.join());
        }
    }
}
