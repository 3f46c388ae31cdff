package tekton.budget.api.lane;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One thread that reads, serves and answers the plain requests of many connections. */
final class LaneLoop {

    private static final Logger LOG = LoggerFactory.getLogger(LaneLoop.class);

    /** How often it looks for who is late, while somebody may be. */
    private static final long SWEEP_MS = 500;

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(SWEEP_MS);

    private final LaneEndpoint endpoint;
    private final LaneService service;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final CountDownLatch drained = new CountDownLatch(1);
    private final LaneRequest request;
    private final byte[] bytes;
    private final ByteBuffer input;
    private final AnswerBytes answers;
    private long sweptNanos;
    private int busy;
    private boolean stopping;
    private volatile boolean ended;

    LaneLoop(String name, LaneEndpoint endpoint, LaneService service) throws IOException {
        this.endpoint = endpoint;
        this.service = service;
        answers = new AnswerBytes(TimeUnit.NANOSECONDS.toSeconds(endpoint.keepAliveNanos()));
        selector = Selector.open();
        request = new LaneRequest(service.paths(), service.bodyBytesMax());
        bytes = new byte[request.bytesMax()];
        input = ByteBuffer.wrap(bytes);
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A new connection; any thread. */
    void adopt(SocketChannel socket) {
        execute(() -> register(socket));
    }

    /** Runs something in the loop; any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Answers what is being served, closes every connection, and ends. */
    void stop(Duration timeout) {
        execute(
                () -> {
                    stopping = true;
                    endIfDrained();
                });
        try {
            if (!drained.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Requests were not answered within {} s of the stop", timeout.toSeconds());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        ended = true;
        selector.wakeup();
    }

    LaneEndpoint endpoint() {
        return endpoint;
    }

    AnswerBytes answers() {
        return answers;
    }

    private void run() {
        try {
            while (!ended) {
                selector.select(this::ready, selector.keys().isEmpty() ? 0 : SWEEP_MS);
                woken.set(false);
                Runnable task = tasks.poll();
                while (task != null) {
                    run(task);
                    task = tasks.poll();
                }
                sweep();
            }
        } catch (IOException | RuntimeException broken) {
            LOG.error("The fast lane ends", broken);
        } finally {
            ended = true;
            for (SelectionKey key : selector.keys()) {
                ((LaneConnection) key.attachment()).close();
            }
            close();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            // One connection's misfortune must not end the others.
            LOG.error("A connection of the fast lane failed", failure);
        }
    }

    private void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("a selector did not close", e);
        }
    }

    private void register(SocketChannel socket) {
        try {
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            key.attach(new LaneConnection(this, socket, key, System.nanoTime()));
        } catch (IOException gone) {
            LOG.debug("a connection ended before it began", gone);
            endpoint.ended();
        }
    }

    private void ready(SelectionKey key) {
        LaneConnection connection = (LaneConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.writeOn();
            }
            if (key.isValid() && key.isReadable()) {
                connection.readable();
            }
        } catch (IOException | CancelledKeyException gone) {
            connection.close();
        } catch (RuntimeException failure) {
            LOG.error("A connection of the fast lane failed", failure);
            connection.close();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        if (now - sweptNanos < SWEEP_NANOS) {
            return;
        }
        sweptNanos = now;
        List<LaneConnection> late = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            LaneConnection connection = (LaneConnection) key.attachment();
            if (key.isValid() && connection.isLate(now)) {
                late.add(connection);
            }
        }
        late.forEach(LaneConnection::late);
    }

    /**
     * Reads what has come behind what was kept of a connection.
     *
     * @return how many bytes there are now; -1 at the end of the stream
     */
    int read(SocketChannel socket, byte[] kept) throws IOException {
        System.arraycopy(kept, 0, bytes, 0, kept.length);
        input.clear().position(kept.length);
        int count = socket.read(input);
        return count < 0 ? -1 : kept.length + count;
    }

    byte[] bytes() {
        return bytes;
    }

    LaneRequest request() {
        return request;
    }

    boolean begin(LaneService.LaneExchange exchange) {
        if (endpoint.isPausing() || !service.serve(request, exchange)) {
            return false;
        }
        busy++;
        return true;
    }

    void answered() {
        busy--;
        if (stopping) {
            endIfDrained();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    private void endIfDrained() {
        if (busy == 0) {
            drained.countDown();
        }
    }
}
