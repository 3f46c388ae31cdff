package tekton.budget.api.registry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * One entry in Hermes' registry: what it says, how it stands, the file that stands in for it. Says
 * in the log when it comes to stand differently, and nothing between. One thread, save {@link
 * #standing}.
 */
final class Entry {

    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

    private final Announcement announcement;
    private final HermesRegistration registration;
    private final AnnouncementFile file;
    private final HermesAddress address;
    private final InstantSource clock;

    private HermesState said = HermesState.REGISTERING;
    private volatile HermesStanding standing;

    Entry(
            Announcement announcement,
            AnnouncementFile file,
            HermesAddress address,
            Pace pace,
            InstantSource clock,
            long now) {
        this.announcement = announcement;
        this.file = file;
        this.address = address;
        this.clock = clock;
        registration =
                new HermesRegistration(
                        announcement.componentId(), pace, RandomGenerator.getDefault(), now);
        standing = new HermesStanding(HermesState.REGISTERING, false);
    }

    Announcement announcement() {
        return announcement;
    }

    HermesRegistration registration() {
        return registration;
    }

    /** Any thread. */
    HermesStanding standing() {
        return standing;
    }

    /** Takes note of how a call went. */
    void on(Step step, HermesOutcome outcome, long now) {
        registration.on(step, outcome, now);
        LOG.debug("Hermes: {}: {}", step, outcome);
        HermesState state = registration.state();
        boolean byFile =
                switch (state) {
                    case REGISTERED -> !removeFile();
                    case UNREACHABLE -> writeFile();
                    case REGISTERING, OFF -> standing.byFile();
                };
        standing = new HermesStanding(state, byFile);
        say(state, outcome.why(), byFile);
    }

    /** It stands for nothing any more. */
    void end() {
        standing = HermesStanding.OFF;
        removeFile();
    }

    private void say(HermesState state, String why, boolean byFile) {
        if (state == said || state == HermesState.REGISTERING) {
            return;
        }
        said = state;
        if (state == HermesState.REGISTERED) {
            LOG.info("Registered with Hermes at {} as {}", address, announcement.componentId());
        } else {
            LOG.warn(
                    "Not registered with Hermes as {}: {} {}; it is tried again{}",
                    announcement.componentId(),
                    address,
                    why,
                    byFile ? ", meanwhile " + file.path() + " says it" : "");
        }
    }

    private boolean writeFile() {
        try {
            return (file.exists() && standing.byFile())
                    || file.write(announcement.file(clock.instant()));
        } catch (IOException cannot) {
            LOG.debug("no file instead of Hermes", cannot);
            return false;
        }
    }

    private boolean removeFile() {
        try {
            file.remove();
            return true;
        } catch (IOException cannot) {
            LOG.debug("the file instead of Hermes stays", cannot);
            return false;
        }
    }
}
