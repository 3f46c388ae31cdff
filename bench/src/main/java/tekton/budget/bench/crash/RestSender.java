package tekton.budget.bench.crash;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.load.RequestForm;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sends over REST: one by one, as an array, or line by line. What an instance does not acknowledge
 * goes to the next one.
 */
final class RestSender extends Sender {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<HttpConnection> instances;
    private final RequestForm form;
    private int current;

    RestSender(
            Parts parts,
            SplittableRandom random,
            AckLog log,
            int atOnce,
            double perSecond,
            UsageWorkload.Destination target,
            RequestForm form) {
        super(parts, random, log, atOnce, perSecond);
        this.instances =
                target.addresses().stream()
                        .map(address -> new HttpConnection(address, target.answer()))
                        .toList();
        this.current = random.nextInt(this.instances.size());
        this.form = form;
    }

    @Override
    int ways() {
        return instances.size();
    }

    @Override
    List<Shot> attempt(List<Shot> shots) throws IOException {
        HttpConnection http = instances.get(current);
        current = (current + 1) % instances.size();
        Response response = http.post(form.path(), form.contentType(), body(shots));
        List<Shot> open =
                form == RequestForm.SINGLE ? single(response, shots) : batch(response, shots);
        if (open.size() < shots.size()) {
            board.served(instances.indexOf(http));
            // It works, so the next request stays with it.
            current = instances.indexOf(http);
        } else {
            // By its next turn the instance may have been started anew, and the end of a connection
            // that died with the old one is no refusal.
            http.close();
        }
        return open;
    }

    private byte[] body(List<Shot> shots) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512 * shots.size());
        if (form == RequestForm.ARRAY) {
            body.write('[');
        }
        for (int i = 0; i < shots.size(); i++) {
            if (i > 0) {
                body.write(form == RequestForm.ARRAY ? ',' : '\n');
            }
            body.writeBytes(shots.get(i).json().getBytes(StandardCharsets.UTF_8));
        }
        if (form == RequestForm.ARRAY) {
            body.write(']');
        }
        return body.toByteArray();
    }

    private List<Shot> single(Response response, List<Shot> shots) {
        if (response.status() == 201) {
            return List.of();
        }
        notAcknowledged(response);
        return shots;
    }

    private List<Shot> batch(Response response, List<Shot> shots) throws IOException {
        if (response.status() != 200) {
            notAcknowledged(response);
            return shots;
        }
        JsonNode json;
        try {
            json = JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException("answer to a batch: " + response.text(), e);
        }
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
        retried(form + " " + response.status());
        if (response.status() < 500 && response.status() != 429) {
            board.wrong(form + ": " + response.status() + ' ' + response.text());
        }
    }
}
