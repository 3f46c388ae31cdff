package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.api.access.Caller;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.IdempotencyKey;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Takes in what programs emit already. A format says which calls a body tells of; each becomes a
 * record of ours and goes the way of every other: the same rules, prices, log and positions.
 */
public final class ForeignServlet extends UsageServlet {

    private static final long serialVersionUID = 1L;

    /** So many of the largest bodies may be read at once; read, each takes some times as much. */
    private static final int LARGE_BODIES_MAX = 2;

    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);

    private final transient ForeignFormat format;
    private final transient ForeignIntake intake;
    private final transient IntakeMeter meter;
    private final transient InstantSource clock;
    private final transient RecordSender sender;
    private final transient BodyMemory memory;

    /**
     * A way in.
     *
     * @param memory shared by all of them
     */
    ForeignServlet(
            ForeignFormat format,
            ForeignIntake intake,
            TopicPublisher publisher,
            IntakeMeter meter,
            InstantSource clock,
            RecordSender sender,
            BodyMemory memory) {
        super(publisher, meter);
        this.format = format;
        this.intake = intake;
        this.meter = meter;
        this.clock = clock;
        this.sender = sender;
        this.memory = memory;
    }

    /** Room for the bodies of all of them. */
    static BodyMemory memory(Duration patience) {
        return new BodyMemory(LARGE_BODIES_MAX, patience);
    }

    @Override
    Way way(HttpServletRequest request) {
        return format.way();
    }

    @Override
    void answerRefusal(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        format.refuse(request, response, problem);
    }

    @Override
    void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        format.checkMedia(request);
        String key = IdempotencyKey.of(request);
        try (BodyMemory.HeldRoom room = memory.of(Caller.idOf(request))) {
            String onlyBudget = Caller.budgetOf(request);
            byte[] body = Bodies.read(request, ForeignIntake.BODY_BYTES_MAX, BODY_TIMEOUT, room);
            long nowMs = clock.millis();
            Adapted adapted = format.read(ForeignRequest.of(request, body, onlyBudget, nowMs));
            intake.count(format.way(), adapted);
            List<ForeignIntake.JudgedCall> judged =
                    intake.judge(adapted, nowMs, key, onlyBudget).toList();
            BatchTally tally = new BatchTally(format.way(), meter);
            if (!send(judged, adapted.rejected(), tally)) {
                // Each record that failed is counted as such; the request is not another one.
                answerRefusal(
                        request,
                        response,
                        unavailable(
                                "Kafka did not acknowledge all of it in time; repeat it as it is:"
                                        + " what has an id counts once"));
                return;
            }
            Positions positions = tally.positions();
            if (!positions.offsets().isEmpty()) {
                response.setHeader(Positions.HEADER, positions.toString());
            }
            format.answer(
                    request, response, tally.outcome(adapted.ignored(), only(adapted, judged)));
        } catch (ForeignFormatException unreadable) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.INVALID_REQUEST, String.valueOf(unreadable.getMessage())));
        }
    }

    private boolean send(
            List<ForeignIntake.JudgedCall> judged,
            List<Adapted.Rejection> rejected,
            BatchTally tally)
            throws InterruptedException {
        for (ForeignIntake.JudgedCall call : judged) {
            if (!sender.take(call.position(), call.judgement(), tally)) {
                return false;
            }
        }
        for (Adapted.Rejection why : rejected) {
            tally.refused(why.position(), Problem.of(ProblemType.INVALID_VALUE, why.sentence()));
        }
        return sender.awaitAll(tally);
    }

    private static Judgement.@Nullable AcceptedUsage only(
            Adapted adapted, List<ForeignIntake.JudgedCall> judged) {
        boolean single =
                judged.size() == 1 && adapted.ignored() == 0 && adapted.rejected().isEmpty();
        return single && judged.getFirst().judgement() instanceof Judgement.AcceptedUsage accepted
                ? accepted
                : null;
    }
}
