package tekton.budget.bench.crash;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Sends over HTTP. What an instance does not acknowledge goes to the next one. */
final class RestSender extends Sender {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Map<String, String> ZIPPED = Map.of("Content-Encoding", "gzip");

    private final List<HttpConnection> instances;
    private int current;

    RestSender(
            Parts parts,
            SplittableRandom random,
            AckLog log,
            SenderShare share,
            UsageWorkload.Destination target) {
        super(parts, random, log, share);
        this.instances =
                target.addresses().stream()
                        .map(address -> new HttpConnection(address, target.answer()))
                        .toList();
        this.current = random.nextInt(this.instances.size());
    }

    @Override
    int ways() {
        return instances.size();
    }

    @Override
    List<Shot> attempt(List<Shot> shots) throws IOException {
        long begun = System.nanoTime();
        HttpConnection http = instances.get(current);
        current = (current + 1) % instances.size();
        Response response =
                http.post(
                        way.target(),
                        way.contentType(),
                        way == WayIn.ZIPPED ? ZIPPED : Map.of(),
                        ShotBodies.of(way, shots));
        List<Shot> open = open(response, shots);
        if (open.size() < shots.size()) {
            board.served(instances.indexOf(http), begun);
            // It works, so the next request stays with it.
            current = instances.indexOf(http);
        } else {
            // By its next turn the instance may have been started anew, and the end of a connection
            // that died with the old one is no refusal.
            http.close();
        }
        return open;
    }

    /** What an answer leaves unacknowledged. */
    private List<Shot> open(Response response, List<Shot> shots) throws IOException {
        return switch (way) {
            case SINGLE, ANSWER -> wholly(response, 201, shots);
            case ARRAY, LINES, ZIPPED, PROXY -> batch(response, shots);
            case EVENTS -> wholly(response, 204, shots);
            case SPANS -> {
                List<Shot> open = wholly(response, 200, shots);
                if (open.isEmpty() && response.text().contains("rejected")) {
                    board.wrong("spans were answered " + response.text());
                }
                yield open;
            }
            case TOOL -> tool(response, shots);
            case DIRECT, EVENTS_TOPIC, SPANS_TOPIC ->
                    throw new IllegalStateException(way + " is no way over HTTP");
        };
    }

    private List<Shot> wholly(Response response, int status, List<Shot> shots) {
        if (response.status() == status) {
            return List.of();
        }
        notAcknowledged(response);
        return shots;
    }

    /** The API's own refusals stand in the text of a result. */
    private List<Shot> tool(Response response, List<Shot> shots) throws IOException {
        if (!wholly(response, 200, shots).isEmpty()) {
            return shots;
        }
        JsonNode result = json(response).path("result");
        if (result.path("isError").isBoolean() && !result.path("isError").booleanValue()) {
            return List.of();
        }
        retried("tool: refused");
        return shots;
    }

    private static JsonNode json(Response response) throws IOException {
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException("no JSON: " + response.text(), e);
        }
    }

    private List<Shot> batch(Response response, List<Shot> shots) throws IOException {
        if (response.status() != 200) {
            notAcknowledged(response);
            return shots;
        }
        JsonNode json = json(response);
        if (json.path("accepted").asInt(-1) + json.path("refused").asInt(-1) != shots.size()) {
            board.wrong("a batch of " + shots.size() + " was answered " + response.text());
        }
        if (json.path("truncated").asBoolean(false)) {
            return shots;
        }
        List<Shot> open = new ArrayList<>();
        for (JsonNode refusal : json.path("refusals")) {
            board.wrong("refused: " + refusal);
            open.add(shots.get(refusal.path("index").asInt()));
        }
        return open;
    }

    private void notAcknowledged(Response response) {
        retried(way.word() + " " + response.status());
        if (response.status() < 500 && response.status() != 429) {
            board.wrong(way.word() + ": " + response.status() + ' ' + response.text());
        }
    }
}
