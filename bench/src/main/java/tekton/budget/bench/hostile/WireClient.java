package tekton.budget.bench.hostile;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.http.Response;
import tekton.budget.bench.http.ResponseParser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sends bytes as they are and takes what comes back, up to a bound. One thread. */
final class WireClient implements AutoCloseable {

    /** As much as is looked at. */
    private static final int RAW_MAX = 64 * 1024;

    private static final int ANSWERS_MAX = 100;
    private static final int SWITCHED = 101;
    private static final int CONNECT_MS = 5_000;

    /** So many of those that are cut leave their end of the connection open. */
    private static final int LEFT_OPEN_EVERY = 100;

    private final InetSocketAddress address;
    private final Duration bound;
    private @Nullable Socket kept;

    /**
     * @param bound of the time for an answer; beyond it is a hang
     */
    WireClient(InetSocketAddress address, Duration bound) {
        this.address = address;
        this.bound = bound;
    }

    WireOutcome exchange(HostileRequest request) throws InterruptedException {
        long begun = System.nanoTime();
        boolean reused = kept != null && request.keeps();
        WireReading reading = attempt(request);
        boolean again = reused && reading.raw.size() == 0 && !reading.hung;
        if (again) {
            reading = attempt(request);
        }
        return new WireOutcome(
                reading.answers,
                reading.raw.toString(StandardCharsets.ISO_8859_1),
                reading.hung,
                reading.broken,
                again,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    /** What has been read of one try. */
    private static final class WireReading {
        private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
        private final List<Response> answers = new ArrayList<>();
        private boolean hung;
        private String broken = "";
        private boolean ended;
    }

    private WireReading attempt(HostileRequest request) throws InterruptedException {
        WireReading reading = new WireReading();
        try {
            Socket socket = request.keeps() ? keptOpen() : opened();
            try {
                if (request.family() == HostileFamily.FRAMES) {
                    listen(socket, request, reading);
                } else {
                    send(socket, request, 0);
                    read(socket, request, reading);
                }
            } finally {
                if (!request.keeps() || reading.ended || reading.answers.isEmpty()) {
                    socket.close();
                    kept = request.keeps() ? null : kept;
                }
            }
        } catch (SocketTimeoutException e) {
            // A connection that is kept behind its answer is kept as it should be.
            reading.hung = reading.answers.isEmpty() || request.family() == HostileFamily.FRAMES;
        } catch (IOException e) {
            // It was ended from the other side; what had come by then is what there is.
        }
        return reading;
    }

    /** Frames go behind the answer to the handshake, if that lets them. */
    private void listen(Socket socket, HostileRequest request, WireReading reading)
            throws IOException, InterruptedException {
        socket.getOutputStream().write(request.parts().getFirst());
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1];
        while (!endsHead(reading.raw) && in.read(buffer) >= 0) {
            reading.raw.write(buffer[0]);
        }
        ResponseParser parser = new ResponseParser();
        String head = reading.raw.toString(StandardCharsets.ISO_8859_1);
        if (head.startsWith("HTTP/1.1 " + SWITCHED)) {
            reading.answers.add(new Response(SWITCHED, Map.of(), new byte[0]));
            send(socket, request, 1);
            drain(in, reading, System.nanoTime() + bound.toNanos());
            return;
        }
        parser.take(ByteBuffer.wrap(reading.raw.toByteArray()));
        boolean whole = false;
        while (!whole && in.read(buffer) >= 0) {
            reading.raw.write(buffer[0]);
            whole = parser.take(ByteBuffer.wrap(buffer));
        }
        if (whole) {
            reading.answers.add(parser.response());
        } else {
            reading.broken = "no whole answer to a handshake";
        }
    }

    private static boolean endsHead(ByteArrayOutputStream raw) {
        return raw.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    private void send(Socket socket, HostileRequest request, int from) throws InterruptedException {
        try {
            for (byte[] part : request.parts().subList(from, request.parts().size())) {
                socket.getOutputStream().write(part);
                if (request.pauseMs() > 0) {
                    TimeUnit.MILLISECONDS.sleep(request.pauseMs());
                }
            }
            if (!request.keeps() && request.number() % LEFT_OPEN_EVERY != 0) {
                socket.shutdownOutput();
            }
        } catch (IOException refusedMidway) {
            // What it has answered is to be read all the same.
        }
    }

    private void read(Socket socket, HostileRequest request, WireReading reading)
            throws IOException {
        InputStream in = socket.getInputStream();
        ResponseParser parser = new ResponseParser();
        byte[] buffer = new byte[16 * 1024];
        long deadline = System.nanoTime() + bound.toNanos();
        boolean midway = false;
        while (reading.answers.size() < ANSWERS_MAX) {
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("still coming");
            }
            int count = in.read(buffer);
            if (count < 0) {
                reading.ended = true;
                if (midway && reading.broken.isEmpty()) {
                    reading.broken = "ended in the midst of an answer";
                }
                return;
            }
            if (reading.raw.size() < RAW_MAX) {
                reading.raw.write(buffer, 0, count);
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            while (bytes.hasRemaining() && reading.answers.size() < ANSWERS_MAX) {
                midway = true;
                try {
                    if (parser.take(bytes)) {
                        midway = false;
                        reading.answers.add(parser.response());
                        boolean closes = parser.closes();
                        parser.reset();
                        if (request.keeps()) {
                            reading.ended = closes;
                            return;
                        }
                    }
                } catch (IOException e) {
                    if (!takeEndless(reading)) {
                        reading.broken = String.valueOf(e.getMessage());
                    }
                    reading.ended = true;
                    return;
                }
            }
            if (midway && isStream(parser)) {
                reading.answers.add(parser.response());
                reading.ended = true;
                return;
            }
        }
        reading.ended = true;
    }

    /** What a listener hears until the other side ends it, as it must. */
    private static void drain(InputStream in, WireReading reading, long deadline)
            throws IOException {
        byte[] buffer = new byte[16 * 1024];
        int count = in.read(buffer);
        while (count >= 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("still coming");
            }
            if (reading.raw.size() < RAW_MAX) {
                reading.raw.write(buffer, 0, count);
            }
            count = in.read(buffer);
        }
    }

    private static boolean isStream(ResponseParser parser) {
        return parser.response()
                .header("content-type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    }

    /** An answer whose end is the connection's, as to HTTP/1.0. */
    private static boolean takeEndless(WireReading reading) {
        String raw = reading.raw.toString(StandardCharsets.ISO_8859_1);
        int end = raw.indexOf("\r\n\r\n");
        if (!reading.answers.isEmpty() || end < 12 || !raw.startsWith("HTTP/1.1 ")) {
            return false;
        }
        Map<String, String> headers = new HashMap<>();
        raw.substring(0, end)
                .lines()
                .skip(1)
                .filter(line -> line.contains(":"))
                .forEach(
                        line ->
                                headers.put(
                                        line.substring(0, line.indexOf(':'))
                                                .toLowerCase(Locale.ROOT),
                                        line.substring(line.indexOf(':') + 1).strip()));
        if (headers.containsKey("content-length") || headers.containsKey("transfer-encoding")) {
            return false;
        }
        reading.answers.add(
                new Response(
                        Integer.parseInt(raw.substring(9, 12)),
                        headers,
                        raw.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1)));
        return true;
    }

    private Socket keptOpen() throws IOException {
        Socket open = kept;
        if (open == null || open.isClosed()) {
            open = opened();
            kept = open;
        }
        return open;
    }

    private Socket opened() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) bound.toMillis());
        socket.connect(address, CONNECT_MS);
        return socket;
    }

    @Override
    public void close() throws IOException {
        if (kept != null) {
            kept.close();
        }
    }
}
