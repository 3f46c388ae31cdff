package tekton.budget.api.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.problem.Problem;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;
import tekton.budget.serde.FieldProblem;
import tekton.budget.serde.Parsed;
import tekton.budget.serde.RecordIdFallback;
import tekton.budget.serde.UsageReader;
import tekton.budget.serde.UsageReader.MalformedArrayException;
import tekton.budget.serde.UsageTime;
import tekton.budget.value.RecordIds;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** From a client's bytes to a record fit to be sent: read, checked against the clock, priced. */
public final class UsageIntake {

    private final Supplier<PriceBook> prices;
    private final InstantSource clock;

    /**
     * An intake; any thread.
     *
     * @param prices the book as it is now
     */
    public UsageIntake(Supplier<PriceBook> prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    /** One record from a buffer; {@code key} names it if it does not name itself. */
    Judgement judge(byte[] bytes, int offset, int length, @Nullable String key) {
        Identity identity = new Identity(key, clock.millis());
        return judge(UsageReader.fromClient(bytes, offset, length, identity), identity);
    }

    /**
     * The records of a JSON array, each named {@code key#index} if it does not name itself.
     *
     * @throws MalformedArrayException if nothing of it counts
     */
    List<Judgement> judgeArray(byte[] bytes, int recordsMax, @Nullable String key)
            throws MalformedArrayException {
        List<Identity> identities = new ArrayList<>();
        List<Parsed> parsed =
                UsageReader.arrayFromClient(
                        bytes,
                        bytes.length,
                        recordsMax,
                        (index, requestId) -> {
                            while (identities.size() <= index) {
                                identities.add(indexed(key, identities.size()));
                            }
                            return identities.get(index).recordId(requestId);
                        });
        List<Judgement> judgements = new ArrayList<>(parsed.size());
        for (int i = 0; i < parsed.size(); i++) {
            Identity identity = i < identities.size() ? identities.get(i) : indexed(key, i);
            judgements.add(judge(parsed.get(i), identity));
        }
        return judgements;
    }

    private Identity indexed(@Nullable String key, long index) {
        return new Identity(key == null ? null : key + '#' + index, clock.millis());
    }

    private Judgement judge(Parsed parsed, Identity identity) {
        return switch (parsed) {
            case Parsed.Accepted(UsageReported usage) -> judge(usage, identity);
            case Parsed.Unreadable(String message) ->
                    new Judgement.Refused(Problem.unreadable(message));
            case Parsed.Refused(List<FieldProblem> problems) ->
                    new Judgement.Refused(Problem.ofFields(problems));
        };
    }

    private Judgement judge(UsageReported usage, Identity identity) {
        long nowMs = identity.nowMs;
        Optional<FieldProblem> wrongTime = UsageTime.checkAtEdge(usage, nowMs);
        if (wrongTime.isPresent()) {
            return new Judgement.Refused(Problem.ofFields(List.of(wrongTime.get())));
        }
        long timestampMs = usage.timestampMs(nowMs);
        Charge charge = prices.get().charge(usage, timestampMs);
        return new Judgement.Accepted(
                usage.stamped(nowMs, charge.pricingVersion()),
                charge,
                timestampMs,
                !identity.madeHere);
    }

    /** Names one record, and remembers whether it had to invent the name. */
    private static final class Identity implements RecordIdFallback {

        private final @Nullable String key;
        private final long nowMs;
        private boolean madeHere;

        private Identity(@Nullable String key, long nowMs) {
            this.key = key;
            this.nowMs = nowMs;
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
    }
}
