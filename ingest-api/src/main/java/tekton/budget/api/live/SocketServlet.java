package tekton.budget.api.live;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;

import org.apache.tomcat.websocket.Constants;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The WebSocket handshakes. A servlet of ours upgrades the request, and not the container's filter,
 * so that a refusal is a problem like everywhere else.
 */
final class SocketServlet extends LiveServlet {

    private static final long serialVersionUID = 1L;

    /** A client that answers no ping for so long is gone. */
    private static final Duration SILENCE_MAX = Duration.ofMinutes(5);

    private final transient Feeds feeds;

    /** Many times the four bytes of the longest character. */
    private static final int BINARY_BYTES = 256;

    private final transient Connections connections;
    private final transient InstantSource clock;

    SocketServlet(Feeds feeds, Connections connections, InstantSource clock) {
        this.feeds = feeds;
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public void init() {
        ServerContainer container = container();
        container.setDefaultMaxTextMessageBufferSize(ClientFrame.LENGTH_MAX);
        // Nobody sends binary messages, and each connection reserves the buffer all the same. But
        // Tomcat decodes text from it: in one without room for a character it loops for ever.
        container.setDefaultMaxBinaryMessageBufferSize(BINARY_BYTES);
    }

    private ServerContainer container() {
        return (ServerContainer)
                getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
    }

    @Override
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath();
        LiveTopic topic =
                LiveTopic.at(path)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                Problem.of(
                                                        ProblemType.PATH_NOT_FOUND,
                                                        path + " not found")));
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            response.setHeader("Upgrade", "websocket");
            response.setHeader("Connection", "Upgrade");
            throw new ProblemException(
                    Problem.of(
                            ProblemType.UPGRADE_REQUIRED,
                            path + " serves WebSocket only (expected: Upgrade: websocket)"));
        }
        if (!connections.hasRoom()) {
            throw full();
        }
        Handshake handshake = new Handshake(response);
        try {
            container().upgradeHttpToWebSocket(request, handshake, endpoint(topic), Map.of());
        } catch (DeploymentException impossible) {
            throw new IllegalStateException(impossible);
        }
        if (handshake.refusal == ProblemType.UPGRADE_REQUIRED.status()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.UPGRADE_REQUIRED,
                            "header Sec-WebSocket-Version: another version (expected: 13)"));
        }
        if (handshake.refusal != 0) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.BAD_REQUEST,
                            path + ": no handshake of WebSocket (expected: that of RFC 6455)"));
        }
    }

    /** Takes the container's refusal, which has no body, so that a problem can be made of it. */
    private static final class Handshake extends HttpServletResponseWrapper {

        private int refusal;

        Handshake(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void sendError(int status) {
            refusal = status;
        }

        @Override
        public void sendError(int status, String message) {
            refusal = status;
        }

        @Override
        public void setStatus(int status) {
            if (status >= SC_BAD_REQUEST) {
                refusal = status;
            } else {
                super.setStatus(status);
            }
        }
    }

    private ServerEndpointConfig endpoint(LiveTopic topic) {
        ServerEndpointConfig config =
                ServerEndpointConfig.Builder.create(SocketEndpoint.class, "/ws")
                        .configurator(new OneEndpoint(topic))
                        .build();
        config.getUserProperties().put(Constants.READ_IDLE_TIMEOUT_MS, SILENCE_MAX.toMillis());
        return config;
    }

    /** How the handshake is made. */
    private final class OneEndpoint extends ServerEndpointConfig.Configurator {

        private final LiveTopic topic;

        OneEndpoint(LiveTopic topic) {
            this.topic = topic;
        }

        @Override
        public <T> T getEndpointInstance(Class<T> type) {
            return type.cast(new SocketEndpoint(topic, feeds, connections, clock));
        }

        /** Tekton's pages come from other ports; loopback and keys guard, not this header. */
        @Override
        public boolean checkOrigin(String origin) {
            return true;
        }

        /** No compression: its windows would cost each idle connection hundreds of kilobytes. */
        @Override
        public List<Extension> getNegotiatedExtensions(
                List<Extension> installed, List<Extension> requested) {
            return List.of();
        }
    }
}
