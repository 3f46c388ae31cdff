package tekton.budget.api.live;

import tekton.budget.codec.JsonBytes;
import tekton.budget.value.Positions;

/** The text of server-sent events. JSON has no line breaks here, so each fits one data line. */
final class ServerSentEvent {

    /** How long a client should wait before it comes back, in milliseconds. */
    private static final int RETRY_MS = 2_000;

    private ServerSentEvent() {}

    /** The beginning: how to come back, and to where. */
    static String first(Places from) {
        return "retry: %d\nid: %s\n\n".formatted(RETRY_MS, from);
    }

    /** A budget event, and where to come back to behind it. */
    static String alert(Places behind, EventRef told) {
        return "id: %s\nevent: alert\ndata: %s\n\n".formatted(behind, told.json());
    }

    /** How far the log of usage goes. No budget event, so no place to come back to. */
    static String usage(Positions newest) {
        String json =
                new JsonBytes(128)
                        .open('{')
                        .property("position", newest.toString())
                        .close('}')
                        .toString();
        return "event: usage\ndata: %s\n\n".formatted(json);
    }

    /** Events may be missing before what comes next. */
    static String gap(Resume.Gap gap, Places asked, Places from) {
        String json =
                new JsonBytes(192)
                        .open('{')
                        .property("reason", gap.wireName())
                        .property("message", gap.message())
                        .property("asked", asked.toString())
                        .property("from", from.toString())
                        .close('}')
                        .toString();
        return "id: %s\nevent: gap\ndata: %s\n\n".formatted(from, json);
    }

    /** The last event. */
    static String last(String reason, String message) {
        String json =
                new JsonBytes(128)
                        .open('{')
                        .property("reason", reason)
                        .property("message", message)
                        .close('}')
                        .toString();
        return "event: end\ndata: %s\n\n".formatted(json);
    }

    /**
     * Something to see that the other is there. The id takes along a client that has filtered out
     * what came; an event without data is none, but its id counts.
     */
    static String heartbeat(Places read) {
        return ": heartbeat\nid: %s\n\n".formatted(read);
    }
}
