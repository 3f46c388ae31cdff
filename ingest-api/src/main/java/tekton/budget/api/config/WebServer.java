package tekton.budget.api.config;

import org.apache.catalina.Host;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.apache.tomcat.websocket.server.WsContextListener;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Shutdown;

import tekton.budget.api.http.ProblemValve;
import tekton.budget.api.lane.LaneService;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Tomcat as this service needs it: loopback twice, virtual threads, every wait and size bounded.
 */
final class WebServer {

    /** A read that brings nothing for so long ends the connection. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

    /**
     * Of each connector, beside the live connections: without room of its own a thousand idle
     * listeners would lock everybody out. A line reader's buffer is 128 KiB, so with the default of
     * 1,024 live ones and none of them there, 256 MiB at the very most.
     */
    private static final int CONNECTIONS_MAX = 1_024;

    /**
     * What is read of a refused body so that the client sees the answer instead of a reset
     * connection: twice the largest array.
     */
    private static final int SWALLOW_BYTES_MAX = 32 * 1024 * 1024;

    /** Of the request line and all headers. */
    private static final int HEADER_BYTES_MAX = 8 * 1024;

    private static final int HEADERS_MAX = 100;

    private static final int PARAMETERS_MAX = 100;

    private static final String IPV6_LOOPBACK = "::1";

    private WebServer() {}

    /**
     * Not started yet.
     *
     * @param plain served beside Tomcat
     * @param beforeListening runs right before the port is taken
     */
    static TomcatServletWebServerFactory of(
            IngestSettings settings, LaneService plain, Runnable beforeListening)
            throws UnknownHostException {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
        factory.setProtocol(ReasonedHttp.class.getName());
        factory.setPort(settings.port());
        factory.setAddress(
                InetAddress.getByName(settings.bindsLoopback() ? "127.0.0.1" : settings.bind()));
        factory.setShutdown(Shutdown.GRACEFUL);
        int connectionsMax = CONNECTIONS_MAX + settings.live().connectionsMax();
        factory.addConnectorCustomizers(connector -> tune(connector, connectionsMax));
        Duration answersTimeout = settings.publishTimeout();
        ServerCertificate tls = settings.tls();
        factory.addConnectorCustomizers(connector -> serve(connector, plain, answersTimeout, tls));
        factory.addConnectorCustomizers(
                connector ->
                        connector.addLifecycleListener(
                                event -> {
                                    if (event.getType().equals(Lifecycle.BEFORE_START_EVENT)) {
                                        beforeListening.run();
                                    }
                                }));
        // A free port found on one address need not be free on the other.
        if (settings.bindsLoopback() && settings.port() != 0 && hasIpv6Loopback()) {
            Connector ipv6 = ipv6Connector(settings.port(), connectionsMax);
            serve(ipv6, plain, answersTimeout, tls);
            factory.addAdditionalConnectors(ipv6);
        }
        factory.addContextCustomizers(
                context -> {
                    context.addApplicationListener(WsContextListener.class.getName());
                    Host host = (Host) context.getParent();
                    ((StandardHost) host).setErrorReportValveClass(ProblemValve.class.getName());
                });
        return factory;
    }

    private static Connector ipv6Connector(int port, int connectionsMax) {
        Connector connector = new Connector(new ReasonedHttp());
        connector.setPort(port);
        connector.setThrowOnFailure(true);
        ((Http11NioProtocol) connector.getProtocolHandler())
                .setAddress(InetAddress.ofLiteral(IPV6_LOOPBACK));
        tune(connector, connectionsMax);
        return connector;
    }

    /** In plain text with the lane, which reads bytes as they come; over TLS without. */
    private static void serve(
            Connector connector,
            LaneService plain,
            Duration answersTimeout,
            @Nullable ServerCertificate tls) {
        ReasonedHttp http = (ReasonedHttp) connector.getProtocolHandler();
        if (tls == null) {
            http.lane().serve(plain, answersTimeout);
            return;
        }
        connector.setScheme("https");
        connector.setSecure(true);
        http.setSSLEnabled(true);
        http.addSslHostConfig(host(tls));
        tls.onChange(() -> http.addSslHostConfig(host(tls), true));
    }

    private static SSLHostConfig host(ServerCertificate tls) {
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.2+TLSv1.3");
        SSLHostConfigCertificate shown =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        shown.setCertificateKeystore(tls.keyStore());
        shown.setCertificateKeystorePassword(ServerCertificate.PASSWORD);
        shown.setCertificateKeyAlias(ServerCertificate.ALIAS);
        host.addCertificate(shown);
        return host;
    }

    private static void tune(Connector connector, int connectionsMax) {
        connector.setMaxParameterCount(PARAMETERS_MAX);
        // Ids may contain slashes, also encoded ones; they are decoded where they are read.
        connector.setEncodedSolidusHandling("passthrough");
        connector.setEncodedReverseSolidusHandling("passthrough");
        Http11NioProtocol http = (Http11NioProtocol) connector.getProtocolHandler();
        http.setExecutor(new VirtualThreadExecutor("http-"));
        http.setMaxHttpRequestHeaderSize(HEADER_BYTES_MAX);
        http.setMaxHeaderCount(HEADERS_MAX);
        http.setMaxConnections(connectionsMax);
        http.setMaxKeepAliveRequests(-1);
        http.setKeepAliveTimeout((int) KEEP_ALIVE.toMillis());
        http.setConnectionTimeout((int) READ_TIMEOUT.toMillis());
        http.setMaxSwallowSize(SWALLOW_BYTES_MAX);
    }

    private static boolean hasIpv6Loopback() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(IPV6_LOOPBACK))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
