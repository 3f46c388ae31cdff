package tekton.budget.api.live;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * One WebSocket. Everything it is sent is sent by the one thread that runs it: answers, news,
 * heartbeats, the end. So frames never mix, and a client that does not read holds up nobody else.
 */
final class SocketConnection implements Runnable, MessageHandler.Whole<String> {

    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);

    /** How many frames a client may have sent that are not answered yet. */
    private static final int UNANSWERED_MAX = 64;

    /** How many characters these may have in all, but for the last of them. */
    private static final int UNANSWERED_LENGTH_MAX = 16_384;

    /** How many messages of a topic are sent before the client's own are looked at again. */
    private static final int AT_ONCE = 64;

    private static final CloseReason FAILED =
            new CloseReason(CloseCodes.UNEXPECTED_CONDITION, "the service failed");

    private final Session session;
    private final LiveTopic pathTopic;
    private final Feeds feeds;
    private final Connections connections;
    private final Signal bell;
    private final InstantSource clock;
    private final Queue<String> said = new ArrayDeque<>();
    private int saidLength;
    private boolean saidTooMuch;
    private final Map<LiveTopic, Long> places = new EnumMap<>(LiveTopic.class);

    /**
     * A connection that has been taken in.
     *
     * @param bell the one by which the connections know it
     */
    SocketConnection(
            Session session,
            LiveTopic pathTopic,
            Feeds feeds,
            Connections connections,
            Signal bell,
            InstantSource clock) {
        this.session = session;
        this.pathTopic = pathTopic;
        this.feeds = feeds;
        this.connections = connections;
        this.bell = bell;
        this.clock = clock;
    }

    /** Something has come from the client; answered by the other thread. */
    @Override
    public void onMessage(String text) {
        synchronized (said) {
            if (said.size() == UNANSWERED_MAX || saidLength > UNANSWERED_LENGTH_MAX) {
                saidTooMuch = true;
            } else {
                said.add(text);
                saidLength += text.length();
            }
        }
        bell.news();
    }

    /** Serves until the client is gone, is too slow, or this process stops. */
    @Override
    public void run() {
        CloseReason reason = FAILED;
        try {
            reason = serve();
        } catch (IOException | IllegalStateException gone) {
            LOG.debug("a WebSocket cannot be written to", gone);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.error("a WebSocket failed", failure);
        } finally {
            // Whatever it was: nobody would answer this client any more.
            close(reason);
            places.keySet().forEach(topic -> feeds.of(topic).leave(bell));
            connections.remove(bell);
        }
    }

    private void close(CloseReason reason) {
        try {
            session.close(reason);
        } catch (IOException | IllegalStateException gone) {
            LOG.debug("a WebSocket was gone before it was closed", gone);
        }
    }

    /** Why it ends. */
    private CloseReason serve() throws IOException, InterruptedException {
        subscribe(pathTopic);
        send(Frame.welcome(pathTopic, clock.millis()));
        while (true) {
            Signal.Ring ring = bell.await();
            if (ring.ending() == Signal.Ending.GONE) {
                return new CloseReason(CloseCodes.NORMAL_CLOSURE, "gone");
            }
            if (ring.ending() == Signal.Ending.STOPPING) {
                return new CloseReason(CloseCodes.GOING_AWAY, "the service stops");
            }
            if (ring.beat()) {
                session.getBasicRemote().sendPing(ByteBuffer.allocate(0));
            }
            CloseReason tooSlow = answer();
            tooSlow = tooSlow == null ? tell() : tooSlow;
            if (tooSlow != null) {
                return tooSlow;
            }
        }
    }

    private @Nullable CloseReason answer() throws IOException {
        List<String> now;
        synchronized (said) {
            if (saidTooMuch) {
                return dropped("frames came faster than this client read the answers");
            }
            now = new ArrayList<>(said);
            said.clear();
            saidLength = 0;
        }
        for (String text : now) {
            String answer = answer(ClientFrame.of(text, pathTopic.wireName()));
            if (answer != null) {
                send(answer);
            }
        }
        return null;
    }

    private @Nullable String answer(ClientFrame what) {
        long nowMs = clock.millis();
        return switch (what) {
            case ClientFrame.AuthenticationFrame(String topic, boolean withKey) ->
                    Frame.of(
                            "authentication",
                            topic,
                            new JsonBytes(32)
                                    .open('{')
                                    .property("success", withKey)
                                    .close('}')
                                    .toString(),
                            nowMs);
            case ClientFrame.SubscriptionFrame(String topic) -> {
                LiveTopic.named(topic).ifPresent(this::subscribe);
                yield subscription("subscription", topic, nowMs);
            }
            case ClientFrame.UnsubscriptionFrame(String topic) -> {
                LiveTopic.named(topic).ifPresent(this::unsubscribe);
                yield subscription("unsubscription", topic, nowMs);
            }
            case ClientFrame.HeartbeatFrame(String topic) ->
                    Frame.of(
                            "heartbeat",
                            topic,
                            new JsonBytes(64)
                                    .open('{')
                                    .property("timestamp", Timestamps.format(nowMs))
                                    .close('}')
                                    .toString(),
                            nowMs);
            case ClientFrame.UnansweredFrame() -> null;
            case ClientFrame.UnreadableFrame(String why) -> Frame.error(why, nowMs);
        };
    }

    private static String subscription(String type, String topic, long nowMs) {
        boolean known = LiveTopic.named(topic).isPresent();
        JsonBytes payload =
                new JsonBytes(128).open('{').property("success", known).property("topic", topic);
        if (!known) {
            payload.property(
                    "error", "no such topic (expected: one of %s)".formatted(LiveTopic.names()));
        }
        return Frame.of(type, topic, payload.close('}').toString(), nowMs);
    }

    /** Again is not twice: a topic has one place. */
    private void subscribe(LiveTopic topic) {
        places.computeIfAbsent(
                topic,
                _ -> {
                    Feed feed = feeds.of(topic);
                    feed.join(bell);
                    return feed.end();
                });
    }

    private void unsubscribe(LiveTopic topic) {
        if (places.remove(topic) != null) {
            feeds.of(topic).leave(bell);
        }
    }

    private @Nullable CloseReason tell() throws IOException {
        for (Map.Entry<LiveTopic, Long> place : places.entrySet()) {
            Feed.Batch batch = feeds.of(place.getKey()).read(place.getValue(), AT_ONCE);
            if (batch.lost()) {
                return dropped("news came faster than this client read them");
            }
            for (Message message : batch.messages()) {
                if (!message.past()) {
                    send(message.frame());
                }
            }
            place.setValue(batch.next());
            if (batch.messages().size() == AT_ONCE) {
                bell.news();
            }
        }
        return null;
    }

    private void send(String frame) throws IOException {
        session.getBasicRemote().sendText(frame);
    }

    private CloseReason dropped(String why) {
        connections.dropped();
        return new CloseReason(CloseCodes.VIOLATED_POLICY, "dropped: " + why);
    }
}
