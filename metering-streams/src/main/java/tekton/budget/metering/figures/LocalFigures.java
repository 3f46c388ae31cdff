package tekton.budget.metering.figures;

import org.apache.kafka.streams.KafkaStreams;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.ledger.topology.LedgerCounters;
import tekton.budget.metering.query.MeteringFigures;
import tekton.budget.metering.topology.MeteringCounters;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** The figures of the two applications of this process. */
public final class LocalFigures implements MeteringFigures {

    private final MeteringCounters metering;
    private final LedgerCounters ledger;
    private final Application meteringApp;
    private final Application ledgerApp;

    /**
     * What one application says of itself.
     *
     * @param restarts how many stream threads were replaced
     */
    public record Application(
            KafkaStreams streams,
            IntSupplier restarts,
            CommitCounts commits,
            RestoreCounts restores) {}

    public LocalFigures(
            MeteringCounters metering,
            Application meteringApp,
            LedgerCounters ledger,
            Application ledgerApp) {
        this.metering = metering;
        this.meteringApp = meteringApp;
        this.ledger = ledger;
        this.ledgerApp = ledgerApp;
    }

    @Override
    public long counted() {
        return metering.count(MeteringCounters.Outcome.COUNTED);
    }

    @Override
    public long unpriced() {
        return metering.count(MeteringCounters.Outcome.UNPRICED);
    }

    @Override
    public long estimated() {
        return metering.count(MeteringCounters.Outcome.ESTIMATED);
    }

    @Override
    public long duplicates() {
        return metering.count(MeteringCounters.Outcome.DUPLICATE);
    }

    @Override
    public long strays() {
        return metering.count(MeteringCounters.Outcome.STRAY);
    }

    @Override
    public long skipped(App app) {
        return switch (app) {
            case METERING -> metering.count(MeteringCounters.Outcome.SKIPPED);
            case LEDGER -> ledger.count(LedgerCounters.Outcome.SKIPPED);
        };
    }

    @Override
    public long deadLetters(App app, DeadLetter.Reason reason) {
        return switch (app) {
            case METERING -> metering.deadLetters().count(reason);
            case LEDGER -> ledger.deadLetters().count(reason);
        };
    }

    @Override
    public long decisions(Decision decision) {
        return ledger.decisions().count(decision);
    }

    @Override
    public long refusals(Refusal.RefusalCode code) {
        return ledger.refusals().count(code);
    }

    @Override
    public long ended(Allocation.AllocationState state) {
        return ledger.ended().count(state);
    }

    @Override
    public long tokensGranted() {
        return ledger.tokens().count(LedgerCounters.Tokens.GRANTED);
    }

    @Override
    public long tokensReturned() {
        return ledger.tokens().count(LedgerCounters.Tokens.RETURNED);
    }

    @Override
    public long openAllocations() {
        return ledger.openAllocations().count();
    }

    @Override
    public Ages ages(Stage stage) {
        return switch (stage) {
            case CONTEXTS -> metering.usageAges().ages();
            case BUDGETS -> metering.handOverAges().ages();
            case LEDGER -> ledger.ages().ages();
        };
    }

    @Override
    public long commits(App app) {
        return of(app).commits().count();
    }

    @Override
    public long commitNanos(App app) {
        return of(app).commits().nanos();
    }

    @Override
    public State state(App app) {
        return switch (of(app).streams().state()) {
            case CREATED -> State.CREATED;
            case REBALANCING -> State.REBALANCING;
            case RUNNING -> State.RUNNING;
            case PENDING_SHUTDOWN, NOT_RUNNING -> State.STOPPED;
            case PENDING_ERROR, ERROR -> State.FAILED;
        };
    }

    @Override
    public long restarts(App app) {
        return of(app).restarts().getAsInt();
    }

    @Override
    public List<Lag> lags() {
        List<Lag> lags = new ArrayList<>();
        for (App app : App.values()) {
            lags.addAll(ConsumerLags.of(app, of(app).streams().metrics()));
        }
        return lags;
    }

    @Override
    public Restoring restoring(App app) {
        return of(app).restores().restoring();
    }

    private Application of(App app) {
        return switch (app) {
            case METERING -> meteringApp;
            case LEDGER -> ledgerApp;
        };
    }
}
