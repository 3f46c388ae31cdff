package tekton.budget.poller.publish;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.OperatorReading;
import tekton.budget.poller.reconcile.Changes;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.poller.reconcile.OperatorPrices;
import tekton.budget.poller.reconcile.Reconciliation;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.poller.source.OperatorFileSource;
import tekton.budget.poller.source.SourceReading;
import tekton.budget.poller.source.Sources;
import tekton.budget.poller.source.Sources.Answers;
import tekton.budget.poller.source.Sources.SourceAnswer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the answers of a poll change, and what its log says.
 *
 * @param sources who is asked
 * @param factor how many times a figure may change
 */
record PollRules(Sources sources, int factor) {

    private static final Logger LOG = LoggerFactory.getLogger(PollRules.class);

    /** The name under which the operator's file stands among the sources. */
    private static final String OPERATOR_FILE = "operator-file";

    /** What is to be written. */
    Changes changes(Answers answers, KnownPrices prices, KnownFindings findings, Instant now) {
        List<SourceQuotes> quotes =
                answers.asked().stream()
                        .map(
                                asked ->
                                        new SourceQuotes(
                                                asked.source().name(),
                                                asked.source().trustPercent(),
                                                asked.source().location(),
                                                asked.reading().reading()))
                        .toList();
        Changes changes = new Reconciliation(quotes, prices, findings, factor, now).changes();
        changes = changes.and(operator(answers, prices, findings, now));
        say(changes);
        List<PriceStatus> states = new ArrayList<>();
        for (SourceAnswer asked : answers.asked()) {
            states.add(state(asked, changes, findings, now));
        }
        states.forEach(state -> sayOf((SourceState) state, findings));
        return changes.and(new Changes(List.of(), states, gone(answers, findings)));
    }

    /** An entry that cannot be read may be the one that seems to have been taken out. */
    private static List<PricePublished> unlessDoubted(
            List<PricePublished> changed, OperatorReading reading) {
        return reading.unread().isEmpty()
                ? changed
                : changed.stream().filter(price -> price.endsAt() == null).toList();
    }

    private Changes operator(
            Answers answers, KnownPrices prices, KnownFindings findings, Instant now) {
        OperatorFileSource file = sources.operatorFile();
        if (file == null) {
            // What a file said that is not configured any more.
            return Changes.ofPrices(OperatorPrices.of(List.of(), "file:", prices, now).changed());
        }
        SourceReading<OperatorReading> answer =
                answers.operator().orElseGet(() -> SourceReading.failed("not asked"));
        OperatorReading reading = answer.reading();
        List<String> wrong = new ArrayList<>();
        Changes changes = Changes.NONE;
        if (reading != null) {
            reading.unread().forEach(u -> wrong.add(u.name() + ": " + u.reason()));
            OperatorPrices.FileChanges outcome =
                    OperatorPrices.of(reading.entries(), file.location(), prices, now);
            wrong.addAll(outcome.refused());
            changes = Changes.ofPrices(unlessDoubted(outcome.changed(), reading));
        }
        String failure =
                answer.failure() == null && !wrong.isEmpty()
                        ? "%d entries are wrong: %s".formatted(wrong.size(), wrong.getFirst())
                        : answer.failure();
        SourceState state =
                new SourceState(
                        OPERATOR_FILE,
                        file.location(),
                        failure,
                        now,
                        answer.fetchedAt(),
                        reading == null ? 0 : reading.entries().size(),
                        0,
                        wrong.size(),
                        new TreeMap<>());
        sayOf(state, findings);
        return changes.and(state);
    }

    private static SourceState state(
            SourceAnswer asked, Changes changes, KnownFindings findings, Instant now) {
        FeedReading reading = asked.reading().reading();
        String name = asked.source().name();
        SortedMap<String, Integer> unsupported =
                reading == null ? new TreeMap<>() : reading.unsupportedClasses();
        return new SourceState(
                name,
                asked.source().location(),
                asked.reading().failure(),
                now,
                asked.reading().fetchedAt(),
                reading == null
                        ? 0
                        : (int) reading.quotes().stream().filter(q -> !q.witness()).count(),
                held(name, changes, findings),
                reading == null ? 0 : reading.unread().size(),
                unsupported);
    }

    private static int held(String source, Changes changes, KnownFindings findings) {
        long before =
                findings.quarantined().stream()
                        .filter(q -> q.source().equals(source) && q.state() == QuarantineState.HELD)
                        .filter(q -> !changes.ended().contains(q.key()))
                        .count();
        long now =
                changes.statuses().stream()
                        .filter(Quarantined.class::isInstance)
                        .filter(q -> ((Quarantined) q).source().equals(source))
                        .count();
        return (int) (before + now);
    }

    /** The states of sources that are not configured any more. */
    private List<String> gone(Answers answers, KnownFindings findings) {
        List<String> names =
                new ArrayList<>(answers.asked().stream().map(a -> a.source().name()).toList());
        if (sources.operatorFile() != null) {
            names.add(OPERATOR_FILE);
        }
        return findings.sources().stream()
                .filter(state -> !names.contains(state.source()))
                .map(SourceState::key)
                .toList();
    }

    private static void say(Changes changes) {
        long quarantined =
                changes.statuses().stream().filter(Quarantined.class::isInstance).count();
        long disagreements =
                changes.statuses().stream().filter(Disagreement.class::isInstance).count();
        if (!changes.prices().isEmpty() || quarantined + disagreements > 0) {
            LOG.info(
                    "Prices: {} versions published, {} quarantined, {} disagreements found",
                    changes.prices().size(),
                    quarantined,
                    disagreements);
        }
    }

    /** Once when a source fails, and once when it does so no more: not at every poll. */
    private static void sayOf(SourceState state, KnownFindings findings) {
        boolean failedBefore =
                findings.sources().stream()
                        .anyMatch(s -> s.source().equals(state.source()) && s.failure() != null);
        if (state.failure() != null && !failedBefore) {
            LOG.warn(
                    "Price source {}: {}; {}",
                    state.source(),
                    state.failure(),
                    state.fetchedAt() == null
                            ? "prices stay as they are"
                            : "its copy of " + state.fetchedAt() + " is used");
        } else if (state.failure() == null && failedBefore) {
            LOG.info("Price source {} is read again", state.source());
        }
    }
}
