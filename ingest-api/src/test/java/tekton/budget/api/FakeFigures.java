package tekton.budget.api;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.MeteringFigures;

import java.util.List;

/** Figures of which each is another small number. */
public final class FakeFigures implements MeteringFigures {

    @Override
    public long counted() {
        return 11;
    }

    @Override
    public long unpriced() {
        return 12;
    }

    @Override
    public long estimated() {
        return 3;
    }

    @Override
    public long duplicates() {
        return 13;
    }

    @Override
    public long strays() {
        return 14;
    }

    @Override
    public long skipped(App app) {
        return app == App.METERING ? 15 : 16;
    }

    @Override
    public long deadLetters(App app, DeadLetter.Reason reason) {
        return app == App.METERING && reason == DeadLetter.Reason.CONFLICT ? 17 : 0;
    }

    @Override
    public long decisions(Decision decision) {
        return decision == Decision.GRANTED ? 18 : 0;
    }

    @Override
    public long refusals(Refusal.RefusalCode code) {
        return code == Refusal.RefusalCode.INSUFFICIENT_BUDGET ? 19 : 0;
    }

    @Override
    public long ended(Allocation.AllocationState state) {
        return state == Allocation.AllocationState.EXPIRED ? 20 : 0;
    }

    @Override
    public long tokensGranted() {
        return 21;
    }

    @Override
    public long tokensReturned() {
        return 22;
    }

    @Override
    public long openAllocations() {
        return 23;
    }

    @Override
    public Ages ages(Stage stage) {
        return new Ages(List.of(50L, 1_000L), List.of(3L, 2L, 1L), 5_500);
    }

    @Override
    public long commits(App app) {
        return 24;
    }

    @Override
    public long commitNanos(App app) {
        return 1_500_000_000L;
    }

    @Override
    public State state(App app) {
        return app == App.METERING ? State.RUNNING : State.REBALANCING;
    }

    @Override
    public long restarts(App app) {
        return 25;
    }

    @Override
    public List<Lag> lags() {
        return List.of(new Lag(App.METERING, "budget.usage", 3, 26));
    }

    @Override
    public Restoring restoring(App app) {
        return new Restoring(27, 28, 29);
    }
}
