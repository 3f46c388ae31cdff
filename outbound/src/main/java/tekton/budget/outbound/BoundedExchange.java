package tekton.budget.outbound;

import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * One request to a server of others and its answer, within bounds of time and size.
 *
 * <p>The bound of time is over everything: looking up the name, connecting, and every byte of the
 * answer. The addresses that the policy has seen are the ones that are connected to, at every
 * redirect too: a name is looked up once for each connection. Speaks HTTP/1.1, keeps no connection,
 * no cookies, tries nothing again, and expands nothing. Thread-safe.
 */
public final class BoundedExchange implements AutoCloseable {

    private static final int REDIRECTS_MAX = 5;
    private static final int HEADER_LINE_MAX = 64 * 1024;
    private static final int HEADERS_MAX = 200;

    /** The most exchanges at a time; more wait, within their own bound of time. */
    private static final int CONNECTIONS_MAX = 256;

    private final Duration timeout;
    private final CloseableHttpClient client;

    private BoundedExchange(
            Duration timeout, boolean redirects, Predicate<InetAddress> allowed, boolean proxy) {
        this.timeout = timeout;
        Timeout bound = Timeout.of(timeout);
        HttpClientBuilder builder =
                HttpClientBuilder.create()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setDnsResolver(new PolicyResolver(allowed))
                                        .setTlsSocketStrategy(
                                                DefaultClientTlsStrategy.createSystemDefault())
                                        .setConnectionFactory(connections())
                                        .setDefaultConnectionConfig(
                                                ConnectionConfig.custom()
                                                        .setConnectTimeout(bound)
                                                        .setSocketTimeout(bound)
                                                        .build())
                                        .setMaxConnTotal(CONNECTIONS_MAX)
                                        .setMaxConnPerRoute(CONNECTIONS_MAX)
                                        .build())
                        .setConnectionReuseStrategy((_, _, _) -> false)
                        .setDefaultRequestConfig(
                                RequestConfig.custom()
                                        .setConnectionRequestTimeout(bound)
                                        .setResponseTimeout(bound)
                                        .setMaxRedirects(REDIRECTS_MAX)
                                        // Python's servers complain of an offer to change it.
                                        .setProtocolUpgradeEnabled(false)
                                        .build())
                        .disableAutomaticRetries()
                        .disableContentCompression()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableDefaultUserAgent();
        if (redirects) {
            builder.setRedirectStrategy(new NoDowngrade());
        } else {
            builder.disableRedirectHandling();
        }
        if (proxy) {
            builder.setProxySelector(ProxySelector.getDefault());
        }
        client = builder.build();
    }

    private static ManagedHttpClientConnectionFactory connections() {
        Http1Config bounds =
                Http1Config.custom()
                        .setMaxLineLength(HEADER_LINE_MAX)
                        .setMaxHeaderCount(HEADERS_MAX)
                        .build();
        return ManagedHttpClientConnectionFactory.builder()
                .http1Config(bounds)
                // The client's own parser skips whatever comes before a status line.
                .responseParserFactory(new DefaultHttpResponseParserFactory(bounds))
                .build();
    }

    /** For servers that the operator names: any address, and the process's proxy if it has one. */
    public static BoundedExchange toConfigured(Duration timeout, boolean redirects) {
        return new BoundedExchange(timeout, redirects, _ -> true, true);
    }

    /**
     * For servers that others name: no redirects, and no proxy, because a proxy would look up the
     * name again.
     *
     * @param allowed the addresses that may be connected to
     */
    public static BoundedExchange toNamedByOthers(
            Duration timeout, Predicate<InetAddress> allowed) {
        return new BoundedExchange(timeout, false, allowed, false);
    }

    /**
     * Sends a request and waits for the answer.
     *
     * @throws InterruptedException if the caller wants no answer any more; the exchange is ended
     */
    public OutboundResponse send(OutboundRequest request)
            throws OutboundException, InterruptedException {
        Call call = new Call(request);
        try {
            return call.answer.get();
        } catch (ExecutionException failed) {
            throw call.failure(Objects.requireNonNull(failed.getCause()));
        } finally {
            call.answer.cancel(true);
        }
    }

    /** The same for a caller that must know how it ended: an interrupt is kept for later. */
    public OutboundResponse sendUninterruptibly(OutboundRequest request) throws OutboundException {
        Call call = new Call(request);
        try {
            return call.answer.join();
        } catch (CompletionException failed) {
            throw call.failure(Objects.requireNonNull(failed.getCause()));
        }
    }

    /**
     * Sends a request without waiting; ends within the same bound. Cancelling ends the exchange.
     */
    public CompletableFuture<OutboundResponse> begin(OutboundRequest request) {
        return new Call(request).answer;
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /** One exchange, on a thread of its own: looking up a name cannot be interrupted. */
    private final class Call {

        private final OutboundRequest request;
        private final HttpUriRequestBase sent;
        private final CompletableFuture<OutboundResponse> answer = new CompletableFuture<>();
        private volatile boolean answering;

        Call(OutboundRequest request) {
            this.request = request;
            sent = new HttpUriRequestBase(request.method(), withoutUser(request.url()));
            sent.setHeader("Connection", "close");
            request.headers().forEach(sent::setHeader);
            if (request.body() != null) {
                sent.setEntity(new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON));
                sent.setHeader("Content-Type", "application/json");
            }
            var _ =
                    answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                            .whenComplete((_, failed) -> cancelIf(failed != null));
            Thread.ofPlatform().daemon().name("outbound-" + request.host()).start(this::run);
        }

        private void cancelIf(boolean ended) {
            if (ended) {
                sent.cancel();
            }
        }

        private void run() {
            try {
                answer.complete(exchange());
            } catch (IOException | RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        }

        private OutboundResponse exchange() throws IOException {
            ClassicHttpResponse response = client.executeOpen(null, sent, null);
            try {
                answering = true;
                Map<String, String> headers = new HashMap<>();
                for (Header header : response.getHeaders()) {
                    headers.putIfAbsent(
                            header.getName().toLowerCase(Locale.ROOT), header.getValue());
                }
                return new OutboundResponse(response.getCode(), headers, body(response));
            } finally {
                // Before it is closed: closing would first read whatever is still to come.
                sent.cancel();
                closeQuietly(response);
            }
        }

        private byte[] body(ClassicHttpResponse response) throws IOException {
            HttpEntity entity = response.getEntity();
            int bytesMax = request.bytesMax();
            if (entity == null || bytesMax == 0 || response.getCode() / 100 != 2) {
                return new byte[0];
            }
            try (InputStream in = entity.getContent()) {
                byte[] bytes = in.readNBytes(bytesMax + 1);
                if (bytes.length > bytesMax) {
                    sent.cancel();
                    throw new OutboundException(
                            OutboundException.FailureKind.TOO_LARGE,
                            "more than %d bytes (expected: at most that many)".formatted(bytesMax),
                            null);
                }
                return bytes;
            }
        }

        OutboundException failure(Throwable cause) {
            return switch (cause) {
                case OutboundException known -> known;
                case TimeoutException late -> late(late);
                case SocketTimeoutException late -> late(late);
                case RefusedAddressException refused ->
                        failed(
                                OutboundException.FailureKind.REFUSED,
                                request.host() + " is not on the public internet",
                                refused);
                case ConnectException away -> unreachable(away);
                case UnknownHostException unknown -> unreachable(unknown);
                case NoHttpResponseException none ->
                        failed(
                                OutboundException.FailureKind.BROKEN,
                                "closed without an answer",
                                none);
                case ClientProtocolException other ->
                        failed(OutboundException.FailureKind.BROKEN, "not HTTP", other);
                default ->
                        failed(
                                OutboundException.FailureKind.BROKEN,
                                cause.getMessage() == null
                                        ? cause.getClass().getSimpleName()
                                        : cause.getMessage(),
                                cause);
            };
        }

        private OutboundException late(Exception cause) {
            String whole = answering && request.bytesMax() > 0 ? "whole " : "";
            return failed(
                    OutboundException.FailureKind.TIMEOUT,
                    "no %sanswer within %d s".formatted(whole, timeout.toSeconds()),
                    cause);
        }

        private OutboundException unreachable(IOException cause) {
            return failed(
                    OutboundException.FailureKind.UNREACHABLE,
                    "cannot be reached at " + request.host(),
                    cause);
        }

        private static OutboundException failed(
                OutboundException.FailureKind reason, String message, Throwable cause) {
            return new OutboundException(reason, message, cause);
        }
    }

    private static URI withoutUser(URI url) {
        String user = url.getRawUserInfo();
        return user == null ? url : URI.create(url.toString().replaceFirst("//[^/@]*@", "//"));
    }

    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException alreadyCancelled) {
            // The connection is closed all the same.
        }
    }

    /** Looks a name up once and hands on those very addresses, unless one of them is refused. */
    private static final class PolicyResolver extends SystemDefaultDnsResolver {

        private final Predicate<InetAddress> allowed;

        PolicyResolver(Predicate<InetAddress> allowed) {
            this.allowed = allowed;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = super.resolve(host);
            for (InetAddress address : addresses) {
                if (!allowed.test(address)) {
                    throw new RefusedAddressException(host);
                }
            }
            return addresses;
        }
    }

    /** An address of the host is not allowed. */
    private static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String host) {
            super(host);
        }
    }

    /** Follows redirects, but none from https to http. */
    private static final class NoDowngrade extends DefaultRedirectStrategy {
        @Override
        public boolean isRedirected(HttpRequest request, HttpResponse response, HttpContext context)
                throws ProtocolException {
            Header location = response.getFirstHeader("Location");
            boolean downgrade =
                    location != null
                            && "https".equals(request.getScheme())
                            && location.getValue().toLowerCase(Locale.ROOT).startsWith("http:");
            return !downgrade && super.isRedirected(request, response, context);
        }
    }
}
