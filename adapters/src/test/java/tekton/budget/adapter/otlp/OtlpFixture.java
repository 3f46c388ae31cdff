package tekton.budget.adapter.otlp;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.Fixtures;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request as a real program sends it, and what it becomes: {@code src/test/resources/otlp}, each
 * with its source.
 */
record OtlpFixture(String name, JsonNode request, List<JsonNode> expected, long ignored) {

    static final long NOW = 1_795_700_010_000L;

    static OtlpFixture of(String name) {
        return all().stream()
                .filter(fixture -> fixture.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    static List<OtlpFixture> all() {
        try (Stream<Path> files =
                Files.list(
                        Path.of(OtlpFixture.class.getResource("/otlp/conventions.json").toURI())
                                .getParent())) {
            return files.sorted().map(OtlpFixture::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] json() {
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] protobuf() {
        return ProtobufEncoder.encode(request);
    }

    byte[] body(boolean json) {
        return json ? json() : protobuf();
    }

    boolean isLogs() {
        return request.has("resourceLogs");
    }

    Adapted adapt(boolean json, SpanMemory memory) throws ForeignFormatException {
        return isLogs()
                ? OtlpLogs.read(body(json), json, OtlpMapping.DEFAULT, Attribution.NONE)
                : OtlpTraces.read(
                        body(json), json, OtlpMapping.DEFAULT, Attribution.NONE, memory, NOW);
    }

    static List<JsonNode> records(Adapted adapted) throws ForeignFormatException {
        List<JsonNode> records = new ArrayList<>();
        for (ForeignCall call : adapted.calls()) {
            Fixtures.checkFields(call);
            records.add(ForeignJson.read(call.toRecord(NOW)));
        }
        return records;
    }

    @Override
    public String toString() {
        return name;
    }

    private static OtlpFixture read(Path file) {
        try {
            JsonNode json = ForeignJson.read(Files.readAllBytes(file));
            List<JsonNode> expected = new ArrayList<>();
            json.get("expected").forEach(expected::add);
            return new OtlpFixture(
                    file.getFileName().toString().replace(".json", ""),
                    json.get("request"),
                    expected,
                    json.get("ignored").longValue());
        } catch (IOException | ForeignFormatException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
