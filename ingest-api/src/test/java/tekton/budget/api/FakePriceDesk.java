package tekton.budget.api;

import tekton.budget.api.publish.PriceDesk;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Reply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A desk whose poller answers what a test has it answer, and remembers what it was asked. */
public final class FakePriceDesk implements PriceDesk {

    public final List<PriceRequest> asked = new CopyOnWriteArrayList<>();
    public final List<PriceStatus> statuses = new CopyOnWriteArrayList<>();
    public volatile boolean open = true;
    public volatile Function<PriceRequest, Outcome> answer = request -> new Unwritten(false);

    /** From now on every request is done. */
    public void doesEverything() {
        answer = request -> new Answered(reply(request, PriceStatus.Outcome.DONE));
    }

    public static Reply reply(PriceRequest request, PriceStatus.Outcome outcome) {
        return new Reply(
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
    public PriceDesk.Outcome ask(PriceRequest request) {
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
