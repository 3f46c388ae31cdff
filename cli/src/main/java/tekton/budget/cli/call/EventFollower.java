package tekton.budget.cli.call;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Follows {@code /events}, and tells when something was counted or happened. Its own daemon thread
 * comes back after a lost connection, from where it was, until it is closed. What is asked of it is
 * safe from any thread.
 */
public final class EventFollower implements AutoCloseable {

    private static final String PATH = "/events?usage=true";

    /** Heartbeats come more often, unless somebody has set them to be rare. */
    private static final int SILENCE_MS = 60_000;

    private static final long AGAIN_MS = 2_000;

    /** Behind an answer that was a no: an older Budget, a key without the scope, no place left. */
    private static final long REFUSED_MS = 30_000;

    private static final int LINE_MAX = 1 << 20;

    private final ApiClient client;
    private final Thread thread;
    private boolean closed;
    private boolean live;
    private long told;
    private String trouble = "";
    private String position = "";
    private String lastId = "";

    public EventFollower(ApiClient client) {
        this.client = client;
        thread = Thread.ofPlatform().daemon().name("budget-events").unstarted(this::follow);
    }

    public void start() {
        thread.start();
    }

    /** Whether events come at present. */
    public synchronized boolean isLive() {
        return live;
    }

    /** Why no events come; empty while they do, and before the first try has ended. */
    public synchronized String trouble() {
        return trouble;
    }

    /** How much has been told so far: counts events, and each time that they begin or end. */
    public synchronized long told() {
        return told;
    }

    /** A {@code Budget-Position}: a query that is sent with it has all that was told in it. */
    public synchronized String position() {
        return position;
    }

    /**
     * Waits until more has been told than that, at most so long.
     *
     * @return false when this thread was interrupted
     */
    public synchronized boolean await(long seen, long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        try {
            for (long left = millis; told == seen && left > 0; ) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
            return true;
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void follow() {
        while (!isClosed()) {
            long pause = AGAIN_MS;
            Map<String, String> headers = new HashMap<>();
            headers.put("Accept", "text/event-stream");
            if (!lastId.isEmpty()) {
                headers.put("Last-Event-ID", lastId);
            }
            try (InputStream in =
                    new BufferedInputStream(client.follow(PATH, headers, SILENCE_MS))) {
                become(true, "");
                read(in);
                become(false, "the stream of events ended");
            } catch (IOException | JacksonException lost) {
                become(false, "the stream of events broke: " + lost.getMessage());
            } catch (CliFailure failed) {
                // It may be the place that is refused: once more without it, and soon.
                pause = failed.isRefusal() && lastId.isEmpty() ? REFUSED_MS : AGAIN_MS;
                lastId = failed.isRefusal() ? "" : lastId;
                become(false, failed.text());
            }
            if (!pause(pause)) {
                return;
            }
        }
    }

    private void read(InputStream in) throws IOException {
        String event = "";
        String data = "";
        for (String line = line(in); line != null; line = line(in)) {
            if (line.isEmpty()) {
                heard(event, data);
                event = "";
                data = "";
            } else if (line.startsWith("id:")) {
                lastId = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                event = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data = line.substring(5).strip();
            }
        }
    }

    private synchronized void heard(String event, String data) {
        if (event.isEmpty()) {
            return;
        }
        if (event.equals("usage")) {
            position = JsonTree.parse(data).at("position").text();
        }
        told++;
        notifyAll();
    }

    /** Without its end; null at the end of all. */
    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() == LINE_MAX) {
                throw new IOException("a line of more than 1 MiB");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return null;
    }

    private synchronized void become(boolean nowLive, String nowTrouble) {
        boolean changed = live != nowLive;
        live = nowLive;
        trouble = nowTrouble;
        if (changed) {
            told++;
        }
        notifyAll();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException asked) {
            return false;
        }
    }

    /** Ends it; a read that waits is left to the daemon thread. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }
}
