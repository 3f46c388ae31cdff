package tekton.budget.alerting.deliver;

import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The channels as last heard. Thread-safe. */
public final class Channels {

    /** The most channels. */
    public static final int MAX = 100;

    private final Map<String, Channel> byId = new ConcurrentHashMap<>();

    /** Takes up a channel as it is now. */
    public void put(Channel channel) {
        byId.put(channel.channelId(), channel);
    }

    /** Takes up that there is no such channel any more. */
    public void remove(String channelId) {
        byId.remove(channelId);
    }

    /** The channel of that id. */
    public Optional<Channel> find(String channelId) {
        return Optional.ofNullable(byId.get(channelId));
    }

    /** True when one more would be too many. */
    public boolean areFull() {
        return byId.size() >= MAX;
    }

    /** The enabled channels that an event is routed to. */
    public List<Channel> taking(BudgetEvent event) {
        return byId.values().stream()
                .filter(channel -> channel.enabled() && channel.route().takes(event))
                .toList();
    }
}
