package tekton.budget.pricing;

import tekton.budget.value.Providers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the models that a name may stand for, in the order in which they are believed: other
 * spellings of the same name, then the name without its date or with the newest one, then whoever a
 * prefix of the name points to. {@link Providers} and {@link ModelNames} say what is spelled alike.
 *
 * <p>Which of them has a price at an instant is for the caller to see, so that a model that is
 * listed one day changes nothing of the days before.
 *
 * <p>What is never taken for the same model: a snapshot of another date, and a variant behind a
 * colon such as {@code :free} or {@code :thinking}, which <a
 * href="https://openrouter.ai/docs/guides/routing/model-variants/overview">has a price of its
 * own</a>.
 */
final class ModelIndex {

    /** A name that a price list has. */
    record IndexedModel(String provider, String name) {}

    /** A model that another name may stand for. */
    record Candidate(Timeline timeline, MatchedBy by) {}

    private record Listed(IndexedModel model, Timeline timeline) {}

    private record Snapshot(int day, Timeline timeline) {}

    /** How often a name may be prefixed: {@code litellm} to {@code openrouter/anthropic/…}. */
    private static final int PREFIXES_MAX = 3;

    /** By provider, folded, and {@link ModelNames#key}; each list in a fixed order. */
    private final Map<IndexedModel, List<Timeline>> byKey = new HashMap<>();

    private final Map<IndexedModel, List<Snapshot>> snapshots = new HashMap<>();

    ModelIndex(Map<IndexedModel, Timeline> byModel) {
        byModel.entrySet().stream()
                .map(entry -> new Listed(entry.getKey(), entry.getValue()))
                // Prices under a provider's first name are believed first.
                .sorted(
                        Comparator.<Listed, Boolean>comparing(
                                        listed ->
                                                !Providers.canonical(listed.model().provider())
                                                        .equals(listed.model().provider()))
                                .thenComparing(listed -> listed.model().provider())
                                .thenComparing(listed -> listed.model().name()))
                .forEach(listed -> add(listed.model(), listed.timeline()));
        snapshots
                .values()
                .forEach(list -> list.sort(Comparator.comparingInt(Snapshot::day).reversed()));
    }

    private void add(IndexedModel model, Timeline timeline) {
        String provider = Providers.canonical(model.provider());
        String key = ModelNames.key(provider, model.name());
        byKey.computeIfAbsent(place(provider, key), k -> new ArrayList<>()).add(timeline);
        DatedName dated = DatedName.of(key);
        if (dated != null && dated.day() > 0) {
            snapshots
                    .computeIfAbsent(place(provider, dated.base()), base -> new ArrayList<>())
                    .add(new Snapshot(dated.day(), timeline));
        }
    }

    /** The models that this one may stand for, in the order in which they are believed. */
    List<Candidate> candidates(String provider, String name) {
        Search search = new Search();
        List<String> serving = Providers.serving(provider);
        serving.forEach(one -> search.spellings(one, name, MatchedBy.ALIAS));
        serving.forEach(one -> search.otherDates(one, name, MatchedBy.DATED));
        search.prefixes(provider, name, PREFIXES_MAX);
        if (ModelNames.ofBedrock(name)) {
            search.spellings("bedrock", name, MatchedBy.PREFIX);
        }
        return search.found();
    }

    /** One search, which remembers what it has found. */
    private final class Search {

        private final Map<Timeline, MatchedBy> found = new LinkedHashMap<>();

        private List<Candidate> found() {
            return found.entrySet().stream()
                    .map(entry -> new Candidate(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private void prefixes(String provider, String name, int left) {
            for (String spelled : ModelNames.spellings(Providers.canonical(provider), name)) {
                int slash = spelled.indexOf('/');
                if (left > 0 && slash > 0 && slash < spelled.length() - 1) {
                    String prefix = spelled.substring(0, slash);
                    String rest = spelled.substring(slash + 1);
                    if (Providers.servedBy(prefix, provider)) {
                        String server = Providers.canonical(prefix);
                        spellings(server, rest, MatchedBy.PREFIX);
                        otherDates(server, rest, MatchedBy.PREFIX);
                        prefixes(prefix, rest, left - 1);
                    }
                }
            }
        }

        /** Everything that is another way to write the name. */
        private void spellings(String provider, String name, MatchedBy by) {
            for (String key : keys(provider, name)) {
                add(provider, key, by);
                addSnapshotOfSameDay(provider, key, by);
            }
        }

        /** Everything that is so but for the date. */
        private void otherDates(String provider, String name, MatchedBy by) {
            for (String key : keys(provider, name)) {
                addWithOtherDate(provider, key, by);
            }
        }

        private static List<String> keys(String provider, String name) {
            return ModelNames.spellings(provider, name).stream()
                    .map(spelled -> ModelNames.key(provider, spelled))
                    .distinct()
                    .toList();
        }

        private void add(String provider, String key, MatchedBy by) {
            byKey.getOrDefault(place(provider, key), List.of())
                    .forEach(timeline -> found.putIfAbsent(timeline, by));
        }

        private void addSnapshotOfSameDay(String provider, String key, MatchedBy by) {
            DatedName date = DatedName.of(key);
            if (date != null && date.day() > 0) {
                for (Snapshot snapshot : snapshots(provider, date.base())) {
                    if (snapshot.day() == date.day()) {
                        found.putIfAbsent(snapshot.timeline(), by);
                    }
                }
            }
        }

        private void addWithOtherDate(String provider, String key, MatchedBy by) {
            DatedName date = DatedName.of(key);
            if (date != null) {
                add(provider, date.base(), by);
            } else {
                snapshots(provider, key).forEach(s -> found.putIfAbsent(s.timeline(), by));
            }
        }
    }

    private List<Snapshot> snapshots(String provider, String base) {
        return snapshots.getOrDefault(place(provider, base), List.of());
    }

    private static IndexedModel place(String provider, String key) {
        return new IndexedModel(Providers.folded(provider), key);
    }
}
