package tekton.budget.bench.load;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.http.ResponseParser;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * One thread that keeps many connections busy, one request at a time on each. A request that is due
 * while every connection is busy waits, and its latency counts from when it was due.
 */
public final class LoadLoop {

    /** Shorter waits than the selector's millisecond; the kernel makes about 100 µs of it. */
    private static final long SHORT_WAIT_NANOS = 50_000;

    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int FAILURES_IN_A_ROW_MAX = 1_000;
    private static final long LATEST_SECONDS = 3_600;

    private final InetSocketAddress address;
    private final RequestTemplate requests;
    private final Load load;
    private final LoadResult result = new LoadResult();
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final List<LoadConnection> all = new ArrayList<>();
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
    private long sequence;
    private long started;
    private int busy;
    private int failuresInARow;
    private long measureFromNanos;

    /**
     * What to send.
     *
     * @param form how records travel
     * @param perRequest records in a request
     * @param recordsPerSecond the rate, or 0: as fast as the answers come
     * @param connections 1 to 1,024
     * @param warmUpSeconds not measured
     * @param seconds measured
     */
    public record Load(
            RequestForm form,
            int perRequest,
            double recordsPerSecond,
            int connections,
            double warmUpSeconds,
            double seconds) {

        public Load {
            if (connections < 1 || connections > 1_024) {
                throw new IllegalArgumentException(
                        "connections: %d (expected: 1 to 1024)".formatted(connections));
            }
            if (perRequest < 1 || perRequest > 100_000) {
                throw new IllegalArgumentException(
                        "batch: %d (expected: 1 to 100000)".formatted(perRequest));
            }
            if (seconds <= 0 || warmUpSeconds < 0 || seconds + warmUpSeconds > LATEST_SECONDS) {
                throw new IllegalArgumentException(
                        "seconds: %s + %s (expected: at most %d in all)"
                                .formatted(warmUpSeconds, seconds, LATEST_SECONDS));
            }
        }
    }

    /**
     * @param address a loopback address
     * @param firstSequence the number of the first record
     */
    public LoadLoop(
            InetSocketAddress address, RecordTemplate records, Load load, long firstSequence) {
        this.address = address;
        this.load = load;
        this.requests = new RequestTemplate(address, load.form(), records, load.perRequest());
        this.sequence = firstSequence;
    }

    /**
     * Runs to the end and returns what came of it.
     *
     * @param atMeasureStart called at the end of the warm-up, with {@link System#nanoTime}
     * @param accepted called with the number of records of each accepted request
     * @throws IOException if the service cannot be reached at all
     */
    public LoadResult run(LongConsumer atMeasureStart, LongConsumer accepted) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < load.connections(); i++) {
                LoadConnection connection = new LoadConnection(requests.buffer());
                connection.open(selector);
                all.add(connection);
                idle.add(connection);
            }
            loop(selector, atMeasureStart, accepted);
            return result;
        } finally {
            for (LoadConnection connection : all) {
                connection.close();
            }
        }
    }

    /** The number of the first record that was not sent. */
    long nextSequence() {
        return sequence;
    }

    /** Runs in a thread of its own. */
    CompletableFuture<LoadResult> runInBackground() {
        CompletableFuture<LoadResult> running = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("load")
                .start(
                        () -> {
                            try {
                                running.complete(run(now -> {}, records -> {}));
                            } catch (IOException | RuntimeException e) {
                                running.completeExceptionally(e);
                            }
                        });
        return running;
    }

    private void loop(Selector selector, LongConsumer atMeasureStart, LongConsumer accepted)
            throws IOException {
        long start = System.nanoTime();
        RequestSchedule pace =
                new RequestSchedule(start, load.recordsPerSecond() / load.perRequest());
        measureFromNanos = start + (long) (load.warmUpSeconds() * 1e9);
        long end = measureFromNanos + (long) (load.seconds() * 1e9);
        boolean measuring = false;
        long now = start;
        while (now - end < 0) {
            if (!measuring && now - measureFromNanos >= 0) {
                measuring = true;
                atMeasureStart.accept(now);
            }
            while (!idle.isEmpty() && pace.isDue(started, now)) {
                start(idle.removeFirst(), pace.intendedNanos(started, now));
            }
            await(selector, idle.isEmpty() ? end : pace.intendedNanos(started, now), now);
            answer(selector, accepted);
            now = System.nanoTime();
        }
        result.neverSent(pace.dueBy(end) - started);
        while (busy > 0 && now - end < LAST_ANSWERS_NANOS) {
            selector.select(100);
            answer(selector, accepted);
            now = System.nanoTime();
        }
        for (int i = 0; i < busy; i++) {
            result.failed("no answer");
        }
        result.lasted((now - measureFromNanos) / 1e9);
    }

    private static void await(Selector selector, long untilNanos, long now) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(untilNanos - now);
        if (millis >= 1) {
            selector.select(Math.min(millis, 100));
            return;
        }
        if (selector.selectNow() == 0) {
            LockSupport.parkNanos(Math.min(SHORT_WAIT_NANOS, untilNanos - now));
            selector.selectNow();
        }
    }

    private void start(LoadConnection connection, long intendedNanos) throws IOException {
        requests.fill(connection.bytes, sequence);
        sequence += requests.recordsPerRequest();
        started++;
        busy++;
        connection.intendedNanos = intendedNanos;
        connection.output.clear();
        connection.parser.reset();
        try {
            connection.write();
        } catch (IOException e) {
            fail(connection, e);
        }
    }

    private void answer(Selector selector, LongConsumer accepted) throws IOException {
        for (SelectionKey key : selector.selectedKeys()) {
            LoadConnection connection = (LoadConnection) key.attachment();
            try {
                if (key.isWritable()) {
                    connection.write();
                }
                if (key.isReadable() && connection.read()) {
                    finish(connection, accepted);
                }
            } catch (IOException e) {
                fail(connection, e);
            }
        }
        selector.selectedKeys().clear();
    }

    private void finish(LoadConnection connection, LongConsumer accepted) throws IOException {
        int status = connection.parser.status();
        long records = accepted(status, connection.parser);
        if (records < requests.recordsPerRequest()) {
            result.failed(status + (status == 200 ? " with refusals" : ""));
        } else if (connection.intendedNanos - measureFromNanos >= 0) {
            result.answered(System.nanoTime() - connection.intendedNanos, records);
        }
        result.acceptedAnyTime(records);
        accepted.accept(records);
        failuresInARow = 0;
        busy--;
        if (connection.parser.closes()) {
            connection.reopen();
        }
        idle.addLast(connection);
    }

    private void fail(LoadConnection connection, IOException why) throws IOException {
        if (++failuresInARow > FAILURES_IN_A_ROW_MAX) {
            throw new IOException(failuresInARow + " failures in a row, the last: " + why, why);
        }
        result.failed(why.getClass().getSimpleName());
        busy--;
        connection.reopen();
        idle.addLast(connection);
    }

    private long accepted(int status, ResponseParser answer) {
        if (requests.form() == RequestForm.SINGLE) {
            return status == 201 ? 1 : 0;
        }
        if (status != 200) {
            return 0;
        }
        byte[] body = answer.response().body();
        if (requests.form() == RequestForm.OTLP) {
            // Nothing of a partial success is all that OTLP says of a whole one.
            return body.length == 0 ? requests.recordsPerRequest() : 0;
        }
        return acceptedIn(body);
    }

    /** The number behind {@code "accepted":} in the answer to a batch, or 0. */
    static long acceptedIn(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        int at = text.indexOf("\"accepted\"");
        int colon = text.indexOf(':', Math.max(at, 0));
        if (at < 0 || colon < 0) {
            return 0;
        }
        long number = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
            } else if (c != ' ') {
                break;
            }
        }
        return number;
    }

    /** A connection and its request in flight. */
    private final class LoadConnection {
        private final byte[] bytes;
        private final ByteBuffer output;
        private final ResponseParser parser = new ResponseParser();
        private long intendedNanos;
        private @Nullable SocketChannel channel;
        private @Nullable SelectionKey key;
        private @Nullable Selector selector;

        LoadConnection(byte[] bytes) {
            this.bytes = bytes;
            this.output = ByteBuffer.wrap(bytes);
        }

        void open(Selector with) throws IOException {
            selector = with;
            SocketChannel opened = SocketChannel.open(address);
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel = opened;
            key = opened.register(with, SelectionKey.OP_READ, this);
        }

        void reopen() throws IOException {
            close();
            if (selector != null) {
                open(selector);
            }
        }

        void write() throws IOException {
            if (channel == null || key == null) {
                return;
            }
            channel.write(output);
            int wanted =
                    output.hasRemaining()
                            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                            : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }

        boolean read() throws IOException {
            if (channel == null) {
                return false;
            }
            input.clear();
            int count = channel.read(input);
            if (count < 0) {
                throw new IOException("closed by the server");
            }
            return parser.take(input.flip());
        }

        void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                // Of no more use either way.
            }
        }
    }
}
