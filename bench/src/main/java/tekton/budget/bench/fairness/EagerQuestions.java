package tekton.budget.bench.fairness;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Requests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Clients that ask one question again as soon as they are answered, whatever the answer is. */
final class EagerQuestions implements Greed {

    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final InetSocketAddress address;
    private final InetAddress from;
    private final byte[] question;
    private final int clients;
    private final List<Thread> threads = new ArrayList<>();
    private final List<HttpConnection> connections = new ArrayList<>();
    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private volatile boolean closing;

    /**
     * @param question method and path, and for a POST the body: {@code GET /ready}
     */
    EagerQuestions(InetSocketAddress address, InetAddress from, String question, int clients) {
        this.address = address;
        this.from = from;
        this.question = request(address, question);
        this.clients = clients;
    }

    private static byte[] request(InetSocketAddress address, String question) {
        String[] parts = question.split(" ", 3);
        return parts[0].equals("POST")
                ? Requests.post(
                        address,
                        parts[1],
                        "application/json",
                        Map.of(),
                        parts[2].getBytes(StandardCharsets.UTF_8))
                : Requests.get(address, parts[1], "");
    }

    @Override
    public void start() {
        for (int i = 0; i < clients; i++) {
            HttpConnection connection = new HttpConnection(address, ANSWER, from);
            connections.add(connection);
            threads.add(Thread.ofPlatform().daemon().start(() -> run(connection)));
        }
    }

    private void run(HttpConnection http) {
        while (!closing) {
            try {
                count(Integer.toString(http.exchange(question).status()));
            } catch (IOException e) {
                if (!closing) {
                    count(e.getClass().getSimpleName());
                }
            }
        }
    }

    private void count(String what) {
        answers.merge(what, 1L, Long::sum);
    }

    @Override
    public Map<String, Long> answers() {
        return answers;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        connections.forEach(HttpConnection::close);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
