package tekton.budget.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Follows a server that a test plays, word by word. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EventFollowerTest {

    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    @Test
    void shouldTellWhatHappensAndComeBackToItsPlace() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                EventFollower events = follower(server)) {
            try (Socket first = server.accept()) {
                assertThat(request(first)).anyMatch(l -> l.startsWith("GET /events?usage=true"));
                say(first, STREAM + "retry: 2000\nid: 0:12,1:7\n\n");
                wait(events, events::isLive);
                long before = events.told();
                say(first, "event: usage\ndata: {\"position\":\"usage-3:1042\"}\n\n: heartbeat\n");

                wait(events, () -> events.told() == before + 1);
                assertThat(events.position()).isEqualTo("usage-3:1042");
                assertThat(events.trouble()).isEmpty();
            }
            wait(events, () -> !events.isLive());
            assertThat(events.trouble()).contains("ended");
            try (Socket second = server.accept()) {
                assertThat(request(second)).contains("Last-Event-ID: 0:12,1:7");
                say(second, STREAM);
                wait(events, events::isLive);
                assertThat(events.trouble()).isEmpty();
            }
        }
    }

    @Test
    void shouldSayWhyThereAreNoEvents() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                EventFollower events = follower(server);
                Socket only = server.accept()) {
            request(only);
            say(
                    only,
                    "HTTP/1.1 403 Forbidden\r\nContent-Length: 26\r\n\r\n"
                            + "{\"detail\":\"needs a scope\"}");

            wait(events, () -> !events.trouble().isEmpty());
            assertThat(events.trouble()).isEqualTo("needs a scope");
            assertThat(events.isLive()).isFalse();
        }
    }

    private static EventFollower follower(ServerSocket server) {
        EventFollower events =
                new EventFollower(
                        new ApiClient(
                                "http://127.0.0.1:" + server.getLocalPort(), null, null, null));
        events.start();
        return events;
    }

    /** Until something is told that makes it true. */
    private static void wait(EventFollower events, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(events.await(events.told(), 100)).isTrue();
        }
    }

    private static List<String> request(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
