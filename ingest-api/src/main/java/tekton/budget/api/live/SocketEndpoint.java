package tekton.budget.api.live;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;

/** What the container calls for one WebSocket: it is taken in, run by a thread, and left. */
final class SocketEndpoint extends Endpoint {

    private static final Logger LOG = LoggerFactory.getLogger(SocketEndpoint.class);

    private final LiveTopic topic;
    private final Feeds feeds;
    private final Connections connections;
    private final InstantSource clock;
    private final Signal bell = new Signal();

    SocketEndpoint(LiveTopic topic, Feeds feeds, Connections connections, InstantSource clock) {
        this.topic = topic;
        this.feeds = feeds;
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        // Counted here and not at the handshake: this is always followed by onClose.
        if (!connections.add(bell)) {
            refuse(session);
            return;
        }
        SocketConnection connection =
                new SocketConnection(session, topic, feeds, connections, bell, clock);
        session.addMessageHandler(String.class, connection);
        Thread.ofVirtual().name("live-socket").start(connection);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        bell.end(Signal.Ending.GONE);
    }

    @Override
    public void onError(Session session, Throwable failure) {
        LOG.debug("a WebSocket failed", failure);
    }

    private static void refuse(Session session) {
        try {
            session.close(new CloseReason(CloseCodes.TRY_AGAIN_LATER, "too many live connections"));
        } catch (IOException gone) {
            LOG.debug("a WebSocket was refused and gone", gone);
        }
    }
}
