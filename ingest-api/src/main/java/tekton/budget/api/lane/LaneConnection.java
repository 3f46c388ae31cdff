package tekton.budget.api.lane;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** One connection of the lane, one request of it at a time. Its loop's thread only. */
final class LaneConnection implements LaneService.LaneExchange {

    private static final byte[] NOTHING = {};

    /** After so long a half request is left to Tomcat, which knows how long it may take. */
    private static final long HALF_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LaneLoop loop;
    private final SocketChannel socket;
    private final SelectionKey key;

    /** What was read and is not served: half a request, or those behind one that is served. */
    private byte[] kept = NOTHING;

    private @Nullable ByteBuffer unwritten;
    private boolean serving;
    private boolean keepsAlive;
    private boolean first = true;
    private long sinceNanos;

    LaneConnection(LaneLoop loop, SocketChannel socket, SelectionKey key, long nowNanos) {
        this.loop = loop;
        this.socket = socket;
        this.key = key;
        sinceNanos = nowNanos;
    }

    /** Something has come, or the client has said its last. */
    void readable() throws IOException {
        if (serving || unwritten != null) {
            // Whatever it is, it has to wait; asked for again behind the answer.
            key.interestOpsAnd(~SelectionKey.OP_READ);
            return;
        }
        boolean begins = kept.length == 0;
        int length = loop.read(socket, kept);
        if (length < 0) {
            if (begins) {
                close();
            } else {
                leave(kept.length);
            }
            return;
        }
        if (begins) {
            sinceNanos = System.nanoTime();
        }
        serve(length);
    }

    /** Serves the request at the beginning of the loop's buffer, if it is one. */
    private void serve(int length) {
        LaneRequest request = loop.request();
        request.comesFrom(socket);
        switch (request.read(loop.bytes(), 0, length, sinceNanos)) {
            case INCOMPLETE -> kept = Arrays.copyOf(loop.bytes(), length);
            case UNUSUAL -> leave(length);
            case COMPLETE -> {
                keepsAlive = request.keepsAlive();
                int end = request.end();
                if (loop.begin(this)) {
                    serving = true;
                    first = false;
                    kept = end == length ? NOTHING : Arrays.copyOfRange(loop.bytes(), end, length);
                } else {
                    leave(length);
                }
            }
        }
    }

    @Override
    public void complete(LaneService.LaneOutcome outcome) {
        loop.execute(() -> answer(outcome));
    }

    private void answer(LaneService.LaneOutcome outcome) {
        serving = false;
        loop.answered();
        // Made in any case: it counts what became of the request.
        LaneAnswer answer;
        try {
            answer = outcome.answer();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
        if (!key.isValid()) {
            return;
        }
        ByteBuffer out = loop.answers().of(answer, keepsAlive, loop.isStopping());
        try {
            socket.write(out);
            sinceNanos = System.nanoTime();
            if (out.hasRemaining()) {
                unwritten = ByteBuffer.allocate(out.remaining()).put(out).flip();
                key.interestOps(SelectionKey.OP_WRITE);
            } else {
                written();
            }
        } catch (IOException gone) {
            close();
        }
    }

    /** Goes on with an answer that did not fit into the socket's buffer. */
    void writeOn() throws IOException {
        ByteBuffer out = unwritten;
        if (out == null) {
            return;
        }
        socket.write(out);
        if (!out.hasRemaining()) {
            unwritten = null;
            written();
        }
    }

    private void written() {
        if (loop.isStopping()) {
            close();
            return;
        }
        if (key.interestOps() != SelectionKey.OP_READ) {
            key.interestOps(SelectionKey.OP_READ);
        }
        if (kept.length > 0) {
            int length = kept.length;
            System.arraycopy(kept, 0, loop.bytes(), 0, length);
            kept = NOTHING;
            serve(length);
        }
    }

    /** Whether it has been waited for long enough. */
    boolean isLate(long nowNanos) {
        long waited = nowNanos - sinceNanos;
        if (serving) {
            return false;
        }
        if (unwritten != null) {
            return waited > loop.endpoint().firstTimeoutNanos();
        }
        if (kept.length > 0) {
            return waited > HALF_NANOS;
        }
        return loop.endpoint().isPausing()
                || waited
                        > (first
                                ? loop.endpoint().firstTimeoutNanos()
                                : loop.endpoint().keepAliveNanos());
    }

    /** Called when {@link #isLate}. */
    void late() {
        if (unwritten == null && kept.length > 0) {
            System.arraycopy(kept, 0, loop.bytes(), 0, kept.length);
            leave(kept.length);
        } else {
            close();
        }
    }

    /** Leaves it to Tomcat, with so many bytes of the loop's buffer. */
    private void leave(int length) {
        ByteBuffer read = ByteBuffer.wrap(Arrays.copyOf(loop.bytes(), length));
        kept = NOTHING;
        key.cancel();
        try {
            loop.endpoint().takeOver(socket, read);
        } catch (IOException gone) {
            end();
        }
    }

    void close() {
        if (!key.isValid()) {
            return;
        }
        key.cancel();
        end();
    }

    private void end() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
        loop.endpoint().ended();
    }
}
