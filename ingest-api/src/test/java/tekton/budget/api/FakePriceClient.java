package tekton.budget.api;

import tekton.budget.api.publish.PriceClient;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A client whose poller answers what a test has it answer, and remembers what it was asked. */
public final class FakePriceClient implements PriceClient {

    public final List<PriceRequest> asked = new CopyOnWriteArrayList<>();
    public final List<PriceStatus> statuses = new CopyOnWriteArrayList<>();
    public volatile boolean open = true;
    public volatile Function<PriceRequest, ReplyOutcome<PriceReply>> answer =
            _ -> NotWritten.notConnected();

    /** From now on every request is done. */
    public void doesEverything() {
        answer = request -> answered(reply(request, PriceStatus.PriceOutcome.DONE));
    }

    public static ReplyOutcome<PriceReply> answered(PriceReply reply) {
        return new Answered<>(reply, null);
    }

    public static PriceReply reply(PriceRequest request, PriceStatus.PriceOutcome outcome) {
        return new PriceReply(
                request.requestId(),
                outcome,
                null,
                "said so",
                request instanceof PriceRequest.Update ? List.of("litellm") : List.of(),
                request instanceof PriceRequest.SetPrice set ? set.price() : null,
                3,
                Instant.EPOCH);
    }

    @Override
    public void open() {}

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public ReplyOutcome<PriceReply> ask(PriceRequest request) {
        asked.add(request);
        return answer.apply(request);
    }

    @Override
    public <S extends PriceStatus> List<S> all(Class<S> type) {
        return new ArrayList<>(statuses.stream().filter(type::isInstance).map(type::cast).toList());
    }

    @Override
    public void close() {}
}
