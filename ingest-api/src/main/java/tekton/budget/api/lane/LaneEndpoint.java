package tekton.budget.api.lane;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tomcat's endpoint with a lane beside it. A new connection begins in the lane and stays there as
 * long as it brings plain requests; with its first other one it becomes Tomcat's for good, together
 * with what has been read of it.
 */
public final class LaneEndpoint extends NioEndpoint {

    private static final int LOOPS_MAX = 8;

    private @Nullable LaneService service;
    private Duration drainTimeout = Duration.ZERO;
    private volatile List<LaneLoop> loops = List.of();
    private int next;

    /**
     * Serves these requests in the lane, from the start on.
     *
     * @param timeout how long a stop waits for the answers that are under way
     */
    public void serve(LaneService plain, Duration timeout) {
        service = plain;
        drainTimeout = timeout;
    }

    @Override
    public void startInternal() throws Exception {
        LaneService plain = service;
        if (plain != null && loops.isEmpty()) {
            int count = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, LOOPS_MAX);
            List<LaneLoop> started = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                started.add(new LaneLoop(getName() + "-lane-" + i, this, plain));
            }
            started.forEach(LaneLoop::start);
            loops = List.copyOf(started);
        }
        super.startInternal();
    }

    @Override
    public void stopInternal() {
        for (LaneLoop loop : loops) {
            loop.stop(drainTimeout);
        }
        loops = List.of();
        super.stopInternal();
    }

    /** Called by the one thread that accepts. */
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        List<LaneLoop> open = loops;
        if (open.isEmpty()) {
            return super.setSocketOptions(socket);
        }
        try {
            socket.configureBlocking(false);
            socketProperties.setProperties(socket.socket());
        } catch (IOException gone) {
            getLog().debug("a connection ended before it began", gone);
            return false;
        }
        next = (next + 1) % open.size();
        open.get(next).adopt(socket);
        return true;
    }

    /** Whether no more requests are to be begun. */
    boolean isPausing() {
        return paused || !running;
    }

    /** How long the first request may take to come. */
    long firstTimeoutNanos() {
        return Duration.ofMillis(getConnectionTimeout()).toNanos();
    }

    /** How long the next may take. */
    long keepAliveNanos() {
        return Duration.ofMillis(getKeepAliveTimeout()).toNanos();
    }

    /** A connection of the lane has ended. */
    void ended() {
        countDownConnection();
    }

    /**
     * Tomcat serves a connection from here on.
     *
     * @param read what was read of it and not answered
     */
    void takeOver(SocketChannel socket, ByteBuffer read) throws IOException {
        SocketBufferHandler buffers =
                new SocketBufferHandler(
                        Math.max(socketProperties.getAppReadBufSize(), read.remaining()),
                        socketProperties.getAppWriteBufSize(),
                        socketProperties.getDirectBuffer());
        NioChannel channel = createChannel(buffers);
        TakenOver wrapper = new TakenOver(channel, this, read.hasRemaining());
        channel.reset(socket, wrapper);
        connections.put(socket, wrapper);
        wrapper.setReadTimeout(getConnectionTimeout());
        wrapper.setWriteTimeout(getConnectionTimeout());
        wrapper.setKeepAliveLeft(getMaxKeepAliveRequests());
        boolean begins = read.hasRemaining();
        if (begins) {
            buffers.unReadReadBuffer(read);
        }
        Poller poller = getPoller();
        poller.register(wrapper);
        if (begins) {
            // Of what has been read already no selector tells; that it may be written to it does.
            poller.add(wrapper, SelectionKey.OP_WRITE);
        }
    }

    /** What the poller calls, and so in its thread while a connection begins. */
    @Override
    public boolean processSocket(
            SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
        if (socket instanceof TakenOver taken && taken.isBeginning()) {
            if (event == SocketEvent.OPEN_WRITE) {
                return taken.begin()
                        || super.processSocket(socket, SocketEvent.OPEN_READ, dispatch);
            }
            taken.hasBegun();
        }
        return super.processSocket(socket, event, dispatch);
    }

    /** A connection that begins with bytes which are read already. */
    private static final class TakenOver extends NioSocketWrapper {

        private volatile boolean beginning;
        private volatile boolean begun;

        TakenOver(NioChannel channel, LaneEndpoint endpoint, boolean beginning) {
            super(channel, endpoint);
            this.beginning = beginning;
        }

        boolean isBeginning() {
            return beginning;
        }

        /** It is being read because more has come; that it may be written to says nothing new. */
        void hasBegun() {
            begun = true;
        }

        /**
         * Ends the beginning.
         *
         * @return whether it is being read already; if not, nothing more is heard of it for now
         */
        boolean begin() {
            beginning = false;
            // Closed meanwhile, Tomcat's channel has none.
            SocketChannel open = getSocket().getIOChannel();
            SelectionKey key = open == null ? null : open.keyFor(getPoller().getSelector());
            if (!begun && key != null && key.isValid()) {
                key.interestOps(0);
                interestOps(0);
            }
            return begun;
        }
    }
}
