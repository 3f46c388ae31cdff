package tekton.budget.bench.product;

import tekton.budget.bench.http.CheckTimeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that says when it is ready and ends when its standard input does, so that it cannot
 * outlive this one. One thread at a time.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final int LAST_LINES = 20;

    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Deque<String> said = new ArrayDeque<>();

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it and returns when it has said so.
     *
     * @param readyWord in the line that it prints when it is ready
     * @throws IOException if it does not start in time; the message holds what it printed last
     */
    public static ChildProcess start(List<String> command, String readyWord)
            throws IOException, InterruptedException {
        ChildProcess child = launch(command, readyWord);
        if (!child.ready.await(CheckTimeout.LIMIT.toSeconds(), TimeUnit.SECONDS)
                || !child.process.isAlive()) {
            child.close();
            throw new IOException(
                    "did not start: " + String.join(" ", command) + "\n" + child.said());
        }
        return child;
    }

    /** Starts it and returns at once. */
    public static ChildProcess launch(List<String> command, String readyWord) throws IOException {
        ChildProcess child =
                new ChildProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
        Thread.ofVirtual().start(() -> child.drain(readyWord));
        return child;
    }

    private void drain(String readyWord) {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                if (line.contains(readyWord)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // It has ended, which is seen by those that wait.
        }
        ready.countDown();
    }

    private void keep(String line) {
        synchronized (said) {
            said.addLast(line);
            if (said.size() > LAST_LINES) {
                said.removeFirst();
            }
        }
    }

    private String said() {
        synchronized (said) {
            return String.join("\n", said);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_TIMEOUT)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
