package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rules remember of one partition: rows, and the ids of the events that were said. Keeps
 * what has changed until it is taken. Of ids it keeps the newest {@value #SAID_MAX}. Not
 * thread-safe.
 */
public final class RuleState {

    /** The most event ids that are remembered. */
    static final int SAID_MAX = 100_000;

    private final Map<String, StateRow> rows = new HashMap<>();
    private final Map<String, StateRow> changed = new LinkedHashMap<>();
    private final Set<String> said = new LinkedHashSet<>();

    /** Takes up a row as it was kept. */
    public void restore(StateRow row) {
        rows.put(row.key(), row);
    }

    /** Takes up that an event was said. Oldest first. */
    public void restoreSaid(String eventId) {
        say(eventId);
    }

    /** What has changed since this was last asked. */
    public List<StateRow> takeChanges() {
        List<StateRow> taken = new ArrayList<>(changed.values());
        changed.clear();
        return taken;
    }

    void put(StateRow row) {
        rows.put(row.key(), row);
        changed.put(row.key(), row);
    }

    /** The row of that key and kind, or null. */
    <T extends StateRow> @Nullable T get(String key, Class<T> kind) {
        StateRow row = rows.get(key);
        return row == null ? null : kind.cast(row);
    }

    /** Every row of a kind. A copy: the rules may put rows meanwhile. */
    <T extends StateRow> Collection<T> all(Class<T> kind) {
        return rows.values().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    boolean wasSaid(String eventId) {
        return said.contains(eventId);
    }

    void say(String eventId) {
        said.add(eventId);
        if (said.size() > SAID_MAX) {
            Iterator<String> oldest = said.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
