package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.SourceState;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The latest of every status, by its key. For one thread. */
public final class KnownFindings {

    /** How long answers are remembered: so long a repeat of a request does nothing more. */
    public static final Duration REPLY_AGE_MAX = Duration.ofDays(3);

    /** How many answers are remembered at most. */
    public static final int REPLIES_MAX = 1_000;

    private final Map<String, PriceStatus> byKey = new TreeMap<>();

    /** Takes a status. */
    public void put(PriceStatus status) {
        byKey.put(status.key(), status);
    }

    /** Forgets a status. */
    public void remove(String key) {
        byKey.remove(key);
    }

    /** The quarantined price of that id; null when there is none. */
    public @Nullable Quarantined quarantined(String id) {
        return (Quarantined) byKey.get(Quarantined.keyOf(id));
    }

    /** The answer to a request; null when it was not answered yet. */
    public @Nullable PriceReply reply(String requestId) {
        return (PriceReply) byKey.get(PriceReply.keyOf(requestId));
    }

    /** True when that very status is known. */
    boolean knows(String key) {
        return byKey.containsKey(key);
    }

    /** Every quarantined price, decided or not. */
    public Collection<Quarantined> quarantined() {
        return all(Quarantined.class);
    }

    /** Every disagreement. */
    public Collection<Disagreement> disagreements() {
        return all(Disagreement.class);
    }

    /** How each source did. */
    public Collection<SourceState> sources() {
        return all(SourceState.class);
    }

    /** Every answer, oldest first. */
    public List<PriceReply> replies() {
        return all(PriceReply.class).stream()
                .sorted(Comparator.comparing(PriceReply::at).thenComparing(PriceReply::requestId))
                .toList();
    }

    /** The end of the answers that are too old or too many. */
    public Changes forgotten(Instant now) {
        List<PriceReply> oldestFirst =
                replies().stream()
                        .filter(reply -> reply.outcome() != PriceOutcome.STARTED)
                        .toList();
        int tooMany = Math.max(0, oldestFirst.size() - REPLIES_MAX);
        Instant earliest = now.minus(REPLY_AGE_MAX);
        List<String> forgotten = new ArrayList<>();
        for (int i = 0; i < oldestFirst.size(); i++) {
            if (i < tooMany || oldestFirst.get(i).at().isBefore(earliest)) {
                forgotten.add(oldestFirst.get(i).key());
            }
        }
        return new Changes(List.of(), List.of(), forgotten);
    }

    private <S extends PriceStatus> Collection<S> all(Class<S> type) {
        return byKey.values().stream().filter(type::isInstance).map(type::cast).toList();
    }
}
