package tekton.budget.metering.usage;

import tekton.budget.metering.usage.UsageChanges.ChangedUser;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the users of one partition use, as far as it is in memory. Of one thread. */
final class RunningUsers {

    /** How many cells of users stay in memory from commit to commit. Some 400 bytes each. */
    private static final int REMEMBERED_MAX = 10_000;

    private final UsageState state;
    private final Map<String, RunningUser> users = new HashMap<>();
    private final List<RunningUser> changed = new ArrayList<>();
    private int remembered;

    RunningUsers(UsageState state) {
        this.state = state;
    }

    /** Adds what a record of a user does. */
    void add(String userId, CellHour at, Totals more) {
        RunningUser user = users.get(userId);
        if (user == null) {
            user = new RunningUser(userId, state);
            users.put(userId, user);
        }
        if (!user.hasChanged()) {
            changed.add(user);
        }
        int before = user.remembered();
        user.add(at, more);
        remembered += user.remembered() - before;
    }

    /** How many cells are in memory, those that have changed since the last commit among them. */
    int remembered() {
        return remembered;
    }

    /** Gives away what has changed since the last commit; from here on that is written. */
    List<ChangedUser> written() {
        if (changed.isEmpty()) {
            return List.of();
        }
        List<ChangedUser> written = new ArrayList<>(changed.size());
        for (RunningUser user : changed) {
            int before = user.remembered();
            written.add(user.written());
            remembered += user.remembered() - before;
        }
        changed.clear();
        if (remembered > REMEMBERED_MAX) {
            users.clear();
            remembered = 0;
        }
        return written;
    }
}
