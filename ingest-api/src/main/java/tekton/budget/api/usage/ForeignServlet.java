package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignCall;
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
import java.util.ArrayList;
import java.util.List;

/**
 * Takes in what programs emit already. A format says which calls a body tells of; each becomes a
 * record of ours and goes the way of every other: the same rules, prices, log and positions.
 */
public final class ForeignServlet extends UsageServlet {

    private static final long serialVersionUID = 1L;

    /** The most bytes of one body, decompressed. */
    static final int BODY_BYTES_MAX = 16 * 1024 * 1024;

    /** So many of the largest bodies may be read at once; read, each takes some times as much. */
    private static final int BODIES_MAX = 3;

    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);

    private final transient ForeignFormat format;
    private final transient UsageIntake intake;
    private final transient IntakeMeter meter;
    private final transient ForeignMeter foreign;
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
            UsageIntake intake,
            TopicPublisher publisher,
            IntakeMeter meter,
            ForeignMeter foreign,
            InstantSource clock,
            RecordSender sender,
            BodyMemory memory) {
        super(publisher, meter);
        this.format = format;
        this.intake = intake;
        this.meter = meter;
        this.foreign = foreign;
        this.clock = clock;
        this.sender = sender;
        this.memory = memory;
    }

    /** Room for the bodies of all of them. */
    static BodyMemory memory(Duration patience) {
        return new BodyMemory(BODY_BYTES_MAX, BODIES_MAX, patience);
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
        int taken = memory.take(Bodies.length(request));
        try {
            String onlyBudget = Caller.budgetOf(request);
            byte[] body = Bodies.read(request, BODY_BYTES_MAX, BODY_TIMEOUT);
            long nowMs = clock.millis();
            Adapted adapted = format.read(ForeignRequest.of(request, body, onlyBudget, nowMs));
            List<Judgement> judgements = judge(adapted, key, onlyBudget);
            BatchTally tally = new BatchTally(format.way(), meter);
            if (!send(judgements, adapted.rejected(), tally)) {
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
                    request, response, tally.outcome(adapted.ignored(), only(adapted, judgements)));
        } catch (ForeignFormatException unreadable) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.INVALID_REQUEST, String.valueOf(unreadable.getMessage())));
        } finally {
            memory.giveBack(taken);
        }
    }

    private List<Judgement> judge(
            Adapted adapted, @Nullable String key, @Nullable String onlyBudget) {
        foreign.ignored(format.way(), adapted.ignored());
        List<Judgement> judgements = new ArrayList<>(adapted.calls().size());
        boolean single = adapted.calls().size() == 1;
        for (ForeignCall call : adapted.calls()) {
            if (call.isClamped()) {
                foreign.clamped(format.way());
            }
            String own = key == null || single ? key : key + '#' + judgements.size();
            judgements.add(intake.judge(call, own, onlyBudget));
        }
        return judgements;
    }

    private boolean send(List<Judgement> judgements, List<String> rejected, BatchTally tally)
            throws InterruptedException {
        long index = 0;
        for (Judgement judgement : judgements) {
            if (!sender.take(index++, judgement, tally)) {
                return false;
            }
        }
        for (String why : rejected) {
            tally.refused(index++, Problem.of(ProblemType.INVALID_VALUE, why));
        }
        return sender.awaitAll(tally);
    }

    private static Judgement.@Nullable AcceptedUsage only(
            Adapted adapted, List<Judgement> judgements) {
        boolean single =
                judgements.size() == 1 && adapted.ignored() == 0 && adapted.rejected().isEmpty();
        return single && judgements.getFirst() instanceof Judgement.AcceptedUsage accepted
                ? accepted
                : null;
    }
}
