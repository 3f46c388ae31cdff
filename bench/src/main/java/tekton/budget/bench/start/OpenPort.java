package tekton.budget.bench.start;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits until somebody listens. */
final class OpenPort {

    private static final long LOOK_AGAIN_MS = 10;
    private static final int CONNECT_MS = 1_000;

    private OpenPort() {}

    /**
     * Tries to connect until it works.
     *
     * @param alive whether it can still happen
     * @throws IOException if it does not in time
     */
    static void await(InetSocketAddress address, BooleanSupplier alive, Duration timeout)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (alive.getAsBoolean() && System.nanoTime() - began < timeout.toNanos()) {
            try (Socket socket = new Socket()) {
                socket.connect(address, CONNECT_MS);
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
        throw new IOException(address + ": nobody listens");
    }
}
