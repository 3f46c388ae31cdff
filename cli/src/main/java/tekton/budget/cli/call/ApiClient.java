package tekton.budget.cli.call;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * Asks one Budget over HTTP/1.1, one request at a time for each calling thread. It repeats nothing
 * by itself. An answer that is kept in memory has at most 64 MiB.
 */
public final class ApiClient {

    private static final int CONNECT_MS = 5_000;

    /** Longer than anything that Budget makes a caller wait for. */
    private static final int READ_MS = 130_000;

    private static final int BODY_MAX = 64 << 20;
    private static final String HIDDEN = "***";

    private final String url;
    private final @Nullable String key;
    private final @Nullable PrintStream debug;
    private final @Nullable SSLSocketFactory sockets;

    static {
        // A lost answer is no lost request: the caller decides what may be sent again.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    /**
     * @param url without a slash at its end
     * @param key the API key; null for none
     * @param caFile a PEM file of the certificates that are trusted for https; null for Java's
     * @param debug where requests are shown, with the key hidden; null for nowhere
     * @throws CliFailure when that file holds no certificates
     */
    public ApiClient(
            String url, @Nullable String key, @Nullable Path caFile, @Nullable PrintStream debug) {
        this.url = url;
        this.key = key;
        this.debug = debug;
        sockets = caFile == null ? null : TrustedCertificates.sockets(caFile);
    }

    public String url() {
        return url;
    }

    public boolean hasKey() {
        return key != null;
    }

    /** Escapes a part of a path or of a query. */
    public static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path with a query of those values that are not empty. */
    public static String withQuery(String path, Map<String, String> query) {
        StringBuilder out = new StringBuilder(path);
        char separator = path.indexOf('?') < 0 ? '?' : '&';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            if (!parameter.getValue().isEmpty()) {
                out.append(separator).append(parameter.getKey()).append('=');
                out.append(escape(parameter.getValue()));
                separator = '&';
            }
        }
        return out.toString();
    }

    public ApiAnswer get(String path) {
        return send("GET", path, Map.of(), null);
    }

    /**
     * Sends a request and reads its answer, whatever its status.
     *
     * @param body null for none
     * @throws CliFailure when there is no answer
     */
    public ApiAnswer send(
            String method, String path, Map<String, String> headers, byte @Nullable [] body) {
        try {
            return exchange(method, path, headers, body);
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /** As {@link #send}; for callers that repeat what was lost. */
    public ApiAnswer exchange(
            String method, String path, Map<String, String> headers, byte @Nullable [] body)
            throws IOException {
        long began = System.nanoTime();
        HttpURLConnection connection = open(method, path, headers, body);
        int status = status(connection);
        byte[] answer;
        try (InputStream in = stream(connection, status)) {
            answer = in.readNBytes(BODY_MAX + 1);
        }
        if (answer.length > BODY_MAX) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "the answer has more than 64 MiB (expected: less)",
                    "ask for less, or export it: budget export --help");
        }
        shown(status, answer.length, began);
        return new ApiAnswer(status, headers(connection), answer);
    }

    /**
     * Copies the body of a 2xx answer as it comes. Other answers are failures.
     *
     * @return how many bytes there were
     */
    public long download(String path, Map<String, String> headers, OutputStream to) {
        long began = System.nanoTime();
        try {
            HttpURLConnection connection = open("GET", path, headers, null);
            int status = status(connection);
            try (InputStream in = stream(connection, status)) {
                if (status / 100 != 2) {
                    throw new ApiAnswer(status, headers(connection), in.readNBytes(BODY_MAX))
                            .failure();
                }
                long bytes = in.transferTo(to);
                shown(status, bytes, began);
                return bytes;
            }
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /**
     * The body of a 200 answer, to be read as it comes and closed by the caller.
     *
     * @param readMs how long it may be silent
     * @throws CliFailure when there is another answer, or none
     */
    public InputStream follow(String path, Map<String, String> headers, int readMs) {
        try {
            HttpURLConnection connection = open("GET", path, headers, null);
            int status = status(connection);
            InputStream in = stream(connection, status);
            if (status != 200) {
                try (in) {
                    throw new ApiAnswer(status, headers(connection), in.readNBytes(BODY_MAX))
                            .failure();
                }
            }
            connection.setReadTimeout(readMs);
            return in;
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    private HttpURLConnection open(
            String method, String path, Map<String, String> headers, byte @Nullable [] body)
            throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        if (sockets != null && connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(sockets);
        }
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        // Budget redirects nobody, and a key must not follow a redirect.
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "budget-cli");
        connection.setRequestProperty("Accept", "application/json");
        headers.forEach(connection::setRequestProperty);
        if (key != null) {
            connection.setRequestProperty("X-API-Key", key);
        }
        if (body != null && !headers.containsKey("Content-Type")) {
            connection.setRequestProperty("Content-Type", "application/json");
        }
        if (debug != null) {
            debug.println(curl(method, path, headers, body));
        }
        if (body != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        return connection;
    }

    /** What is no HTTP has no status. */
    private static int status(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("the answer is not HTTP");
        }
        return status;
    }

    private static InputStream stream(HttpURLConnection connection, int status) throws IOException {
        InputStream stream =
                status >= 400 ? connection.getErrorStream() : connection.getInputStream();
        return stream == null ? InputStream.nullInputStream() : stream;
    }

    private static Map<String, String> headers(HttpURLConnection connection) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : connection.getHeaderFields().entrySet()) {
            // The status line has no name.
            if (header.getKey() != null) {
                headers.put(
                        header.getKey().toLowerCase(Locale.ROOT),
                        String.join(",", header.getValue()));
            }
        }
        return headers;
    }

    private String curl(
            String method, String path, Map<String, String> headers, byte @Nullable [] body) {
        StringBuilder out = new StringBuilder("curl -i -X ").append(method);
        if (key != null) {
            out.append(" -H 'X-API-Key: ").append(HIDDEN).append('\'');
        }
        headers.forEach((name, value) -> out.append(" -H ").append(quoted(name + ": " + value)));
        if (body != null) {
            if (!headers.containsKey("Content-Type")) {
                out.append(" -H 'Content-Type: application/json'");
            }
            out.append(" --data-binary ");
            out.append(
                    body.length > 4096
                            ? "@" + body.length + "-bytes"
                            : quoted(new String(body, StandardCharsets.UTF_8)));
        }
        return out.append(' ').append(quoted(url + path)).toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private void shown(int status, long bytes, long began) {
        if (debug != null) {
            long millis = (System.nanoTime() - began) / 1_000_000;
            debug.println("  " + status + ", " + bytes + " bytes in " + millis + " ms");
        }
    }

    private CliFailure unreachable(IOException failed) {
        String start = "start it (./run_budget.sh), or say where it is: --url or BUDGET_URL";
        return switch (failed) {
            case ConnectException refused ->
                    lost(refused, "cannot connect: " + refused.getMessage(), start);
            case UnknownHostException unknown -> lost(unknown, "the host's name is unknown", start);
            case SocketTimeoutException late ->
                    lost(late, "no answer in time", "see how Budget is: budget doctor");
            case SSLException tls ->
                    lost(
                            tls,
                            "no safe connection: " + TrustedCertificates.reason(tls),
                            TrustedCertificates.advice(tls, URI.create(url)));
            default ->
                    lost(
                            failed,
                            "the connection was lost: " + failed.getMessage(),
                            "see how Budget is: budget doctor");
        };
    }

    private CliFailure lost(IOException cause, String reason, String hint) {
        return new CliFailure(
                ExitCode.FAILED,
                url + ": " + reason + " (expected: an answer of Budget)",
                cause,
                List.of(hint));
    }

    /** A body in UTF-8. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
