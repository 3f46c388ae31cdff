package tekton.budget.api.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.api.access.Caller;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.ClientGaps;
import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.codec.UsageReader.MalformedArrayException;
import tekton.budget.codec.UsageTime;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.RecordIds;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** From a client's bytes to a record fit to be sent: read, checked against the clock, priced. */
public final class UsageIntake {

    private final Supplier<PriceBook> prices;
    private final UnaryOperator<String> contexts;
    private final InstantSource clock;

    /**
     * An intake; any thread.
     *
     * @param prices the book as it is now
     * @param contexts the context of an allocation; a {@link ProblemException} when it cannot be
     *     said
     */
    public UsageIntake(
            Supplier<PriceBook> prices, UnaryOperator<String> contexts, InstantSource clock) {
        this.prices = prices;
        this.contexts = contexts;
        this.clock = clock;
    }

    /**
     * One record from a buffer.
     *
     * @param key names it if it does not name itself
     * @param onlyBudget the budget it has to be of; null for any
     */
    Judgement judge(
            byte[] bytes,
            int offset,
            int length,
            @Nullable String key,
            @Nullable String onlyBudget) {
        return judge(bytes, offset, length, new Identity(key, clock.millis(), onlyBudget));
    }

    private Judgement judge(byte[] bytes, int offset, int length, Identity identity) {
        Parsed parsed = UsageReader.fromClient(bytes, offset, length, identity);
        if (parsed instanceof Parsed.Refused) {
            byte[] record = UsageObjects.spelledOut(bytes, offset, length, identity.nowMs);
            if (record != null) {
                parsed = UsageReader.fromClient(record, 0, record.length, identity);
            }
        }
        return judge(parsed, identity);
    }

    /**
     * One call that another format tells of.
     *
     * @param key names it if it does not name itself
     * @param onlyBudget the budget it has to be of; null for any
     * @param receivedMs when it was received, epoch milliseconds: its time if it says none
     */
    Judgement judge(
            ForeignCall call, @Nullable String key, @Nullable String onlyBudget, long receivedMs) {
        Identity identity = new Identity(key, clock.millis(), receivedMs, onlyBudget);
        if (call.isRecord()) {
            byte[] record = call.toRecord(receivedMs);
            return judge(record, 0, record.length, identity);
        }
        return judge(
                UsageReader.fromFields(fields -> call.writeTo(fields, receivedMs), identity),
                identity);
    }

    /**
     * The records of a JSON array, each named {@code key#index} if it does not name itself.
     *
     * @throws MalformedArrayException if nothing of it counts
     */
    List<Judgement> judgeArray(
            byte[] bytes, int recordsMax, @Nullable String key, @Nullable String onlyBudget)
            throws MalformedArrayException {
        List<Identity> identities = new ArrayList<>();
        List<Parsed> parsed =
                new ArrayList<>(
                        UsageReader.arrayFromClient(
                                bytes,
                                bytes.length,
                                recordsMax,
                                index -> {
                                    Identity identity =
                                            new Identity(
                                                    key == null ? null : key + '#' + index,
                                                    clock.millis(),
                                                    onlyBudget);
                                    identities.add(identity);
                                    return identity;
                                }));
        spellOut(bytes, parsed, identities);
        List<Judgement> judgements = new ArrayList<>(parsed.size());
        for (int i = 0; i < parsed.size(); i++) {
            judgements.add(judge(parsed.get(i), identities.get(i)));
        }
        return judgements;
    }

    /**
     * Reads those that would be refused again, with the tokens of their usage objects. One element
     * of the array is in memory at a time: as trees all of them would be many times their bytes.
     */
    private static void spellOut(byte[] bytes, List<Parsed> parsed, List<Identity> identities) {
        if (parsed.stream().noneMatch(each -> each instanceof Parsed.Refused)) {
            return;
        }
        int[] index = {0};
        ForeignJson.eachElement(
                bytes,
                element -> {
                    int i = index[0]++;
                    if (i < parsed.size() && parsed.get(i) instanceof Parsed.Refused) {
                        Identity identity = identities.get(i);
                        byte[] record = UsageObjects.spelledOut(element, identity.nowMs);
                        if (record != null) {
                            parsed.set(
                                    i, UsageReader.fromClient(record, 0, record.length, identity));
                        }
                    }
                });
    }

    private Judgement judge(Parsed parsed, Identity identity) {
        if (identity.withoutContext != null) {
            return new Judgement.RefusedUsage(identity.withoutContext);
        }
        return switch (parsed) {
            case Parsed.Accepted(UsageReported usage) -> judge(usage, identity);
            case Parsed.Unreadable(String message) ->
                    new Judgement.RefusedUsage(Problem.unreadable(message));
            case Parsed.Refused(List<FieldProblem> problems) ->
                    new Judgement.RefusedUsage(Problem.ofFields(problems));
        };
    }

    private Judgement judge(UsageReported usage, Identity identity) {
        String only = identity.onlyBudget;
        if (only != null && !only.equals(usage.budgetId())) {
            return new Judgement.RefusedUsage(Caller.otherBudget(only, usage.budgetId()));
        }
        long timestampMs = usage.timestampMs(identity.receivedMs);
        Optional<FieldProblem> wrongTime = UsageTime.checkAtEdge(timestampMs, identity.nowMs);
        if (wrongTime.isPresent()) {
            return new Judgement.RefusedUsage(Problem.ofFields(List.of(wrongTime.get())));
        }
        Charge charge = prices.get().charge(usage, timestampMs);
        return new Judgement.AcceptedUsage(
                usage.stamped(identity.receivedMs, charge.pricingVersion()),
                charge,
                timestampMs,
                !identity.madeHere);
    }

    /** Completes one record, and remembers whether it had to invent the name. */
    private final class Identity implements ClientGaps {

        private final @Nullable String key;
        private final long nowMs;
        private final long receivedMs;
        private final @Nullable String onlyBudget;
        private boolean madeHere;
        private @Nullable Problem withoutContext;

        private Identity(@Nullable String key, long nowMs, @Nullable String onlyBudget) {
            this(key, nowMs, nowMs, onlyBudget);
        }

        private Identity(
                @Nullable String key, long nowMs, long receivedMs, @Nullable String onlyBudget) {
            this.key = key;
            this.nowMs = nowMs;
            this.receivedMs = receivedMs;
            this.onlyBudget = onlyBudget;
        }

        @Override
        public String recordId(@Nullable String requestId) {
            if (key != null) {
                return key;
            }
            if (requestId != null) {
                return requestId;
            }
            madeHere = true;
            return RecordIds.uuidV7(nowMs);
        }

        @Override
        public @Nullable String contextId(String allocationId) {
            String of = allocationId.substring(0, Math.max(0, allocationId.indexOf('.')));
            if (onlyBudget != null && !onlyBudget.equals(of)) {
                // Before it is looked up: whether there is such an allocation is not for this key.
                withoutContext = Caller.otherBudget(onlyBudget, of);
                return null;
            }
            try {
                return contexts.apply(allocationId);
            } catch (ProblemException unknown) {
                withoutContext = unknown.problem();
                return null;
            }
        }
    }
}
