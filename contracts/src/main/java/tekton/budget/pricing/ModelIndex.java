package tekton.budget.pricing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds the models that a name may stand for, in the order in which they are believed: other
 * spellings of the same name, then the name without its date or with the newest one, then whoever a
 * prefix of the name points to.
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
    record Model(String provider, String name) {}

    /** A model that another name may stand for. */
    record Candidate(Timeline timeline, MatchedBy by) {}

    private record Snapshot(int day, Timeline timeline) {}

    /** How often a name may be prefixed: {@code litellm} to {@code openrouter/anthropic/…}. */
    private static final int PREFIXES_MAX = 3;

    /** What a provider writes behind a name for the version that it serves by default. */
    private static final List<String> DEFAULT_VERSION =
            List.of("-latest", "@latest", "@default", ":latest");

    /**
     * OpenRouter's suffixes that choose among hosts; what is said of the model <a
     * href="https://openrouter.ai/docs/guides/routing/model-variants/overview">is said of the base
     * model</a>.
     */
    private static final Set<String> ROUTING_VARIANTS = Set.of("nitro", "floor", "exacto");

    /**
     * Names that no rule makes of one another. Anthropic's are from <a
     * href="https://platform.claude.com/docs/en/about-claude/models/overview">its list of
     * aliases</a>.
     */
    private static final Map<Model, String> ALIASES =
            Map.of(
                    new Model("anthropic", "claude-opus-4-0"), "claude-opus-4-20250514",
                    new Model("anthropic", "claude-sonnet-4-0"), "claude-sonnet-4-20250514");

    private final Map<Model, Timeline> byModel;
    private final Map<Model, List<Snapshot>> snapshots = new HashMap<>();

    ModelIndex(Map<Model, Timeline> byModel) {
        this.byModel = byModel;
        byModel.forEach(
                (model, timeline) -> {
                    DatedName dated = DatedName.of(model.name());
                    if (dated != null && dated.day() > 0) {
                        snapshots
                                .computeIfAbsent(
                                        new Model(model.provider(), dated.base()),
                                        base -> new ArrayList<>())
                                .add(new Snapshot(dated.day(), timeline));
                    }
                });
        snapshots
                .values()
                .forEach(list -> list.sort(Comparator.comparingInt(Snapshot::day).reversed()));
    }

    /** The models that this one may stand for, itself excluded. */
    List<Candidate> candidates(String provider, String name) {
        Search search = new Search();
        search.spellings(provider, name, MatchedBy.ALIAS, MatchedBy.DATED);
        search.prefixes(provider, name, PREFIXES_MAX);
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
            for (String spelled : names(Providers.canonical(provider), name)) {
                int slash = spelled.indexOf('/');
                if (left > 0 && slash > 0 && slash < spelled.length() - 1) {
                    String prefix = spelled.substring(0, slash);
                    String rest = spelled.substring(slash + 1);
                    if (Providers.servedBy(prefix, provider)) {
                        spellings(prefix, rest, MatchedBy.PREFIX, MatchedBy.PREFIX);
                        prefixes(prefix, rest, left - 1);
                    }
                }
            }
        }

        /** Everything that is another way to write the name, then everything but for the date. */
        private void spellings(String provider, String name, MatchedBy alias, MatchedBy dated) {
            List<String> providers = Providers.spellings(provider);
            List<String> names = names(Providers.canonical(provider), name);
            for (String one : providers) {
                for (String spelled : names) {
                    add(one, spelled, alias);
                    addSnapshotOfSameDay(one, spelled, alias);
                }
            }
            for (String one : providers) {
                for (String spelled : names) {
                    addWithOtherDate(one, spelled, dated);
                }
            }
        }

        private void add(String provider, String name, MatchedBy by) {
            Timeline timeline = byModel.get(new Model(provider, name));
            if (timeline != null) {
                found.putIfAbsent(timeline, by);
            }
        }

        private void addSnapshotOfSameDay(String provider, String name, MatchedBy by) {
            DatedName date = DatedName.of(name);
            if (date != null && date.day() > 0) {
                for (Snapshot snapshot : snapshots(provider, date.base())) {
                    if (snapshot.day() == date.day()) {
                        found.putIfAbsent(snapshot.timeline(), by);
                    }
                }
            }
        }

        private void addWithOtherDate(String provider, String name, MatchedBy by) {
            DatedName date = DatedName.of(name);
            if (date != null) {
                add(provider, date.base(), by);
            } else {
                snapshots(provider, name).forEach(s -> found.putIfAbsent(s.timeline(), by));
            }
        }
    }

    private List<Snapshot> snapshots(String provider, String base) {
        return snapshots.getOrDefault(new Model(provider, base), List.of());
    }

    /** The ways to write one name, that itself first. */
    private static List<String> names(String provider, String name) {
        List<String> names = new ArrayList<>();
        names.add(name);
        String plain = name.toLowerCase(Locale.ROOT);
        for (String suffix : DEFAULT_VERSION) {
            if (plain.endsWith(suffix)) {
                plain = plain.substring(0, plain.length() - suffix.length());
            }
        }
        if (provider.equals("openrouter")) {
            int colon = plain.lastIndexOf(':');
            if (colon > 0 && ROUTING_VARIANTS.contains(plain.substring(colon + 1))) {
                plain = plain.substring(0, colon);
            }
        }
        if (provider.equals("anthropic")) {
            // Written "claude-3.5-sonnet" by many, by OpenRouter and by Tekton's tier table too.
            plain = plain.replace('.', '-');
        }
        plain = ALIASES.getOrDefault(new Model(provider, plain), plain);
        if (!plain.isEmpty() && !plain.equals(name)) {
            names.add(plain);
        }
        return names;
    }
}
