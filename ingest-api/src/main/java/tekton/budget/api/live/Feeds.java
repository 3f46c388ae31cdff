package tekton.budget.api.live;

import java.util.EnumMap;
import java.util.Map;

/** The feed of every topic. */
final class Feeds {

    /** Budget events are what clients come back for, so more of them are kept. */
    private static final int EVENTS_MAX = 4_096;

    private static final int MESSAGES_MAX = 1_024;

    /** Of each feed: all of them hold at most 32 million characters. */
    private static final long LENGTH_MAX = 8 * 1024 * 1024;

    private final Map<LiveTopic, Feed> byTopic = new EnumMap<>(LiveTopic.class);

    Feeds() {
        for (LiveTopic topic : LiveTopic.values()) {
            int messagesMax = topic == LiveTopic.ALERTS ? EVENTS_MAX : MESSAGES_MAX;
            byTopic.put(topic, new Feed(messagesMax, LENGTH_MAX));
        }
    }

    Feed of(LiveTopic topic) {
        Feed feed = byTopic.get(topic);
        if (feed == null) {
            throw new IllegalStateException(topic + ": without a feed");
        }
        return feed;
    }
}
