package tekton.budget.bench.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** What is sent for records, by the way in. Stateless. */
final class ShotBodies {

    private ShotBodies() {}

    /** A whole request. */
    static byte[] of(WayIn way, List<Shot> shots) {
        return switch (way) {
            case SINGLE, ANSWER, DIRECT -> bytes(shots.getFirst().json());
            case ARRAY, PROXY -> bytes(joined(shots, "[", ",", "]"));
            case LINES -> bytes(joined(shots, "", "\n", ""));
            case ZIPPED -> zipped(bytes(joined(shots, "", "\n", "")));
            case EVENTS ->
                    bytes(
                            shots.stream()
                                    .map(ShotBodies::event)
                                    .collect(Collectors.joining(",", "[", "]")));
            case EVENTS_TOPIC -> bytes(event(shots.getFirst()));
            case SPANS, SPANS_TOPIC -> SpanShots.request(shots);
            case TOOL ->
                    bytes(
                            """
                            {"jsonrpc":"2.0","id":1,"method":"tools/call",\
                            "params":{"name":"record_usage","arguments":%s}}\
                            """
                                    .formatted(shots.getFirst().json()));
        };
    }

    private static String joined(List<Shot> shots, String before, String between, String after) {
        return shots.stream().map(Shot::json).collect(Collectors.joining(between, before, after));
    }

    /** Without subject and time, which would be added to a record that has none. */
    private static String event(Shot shot) {
        return """
        {"specversion":"1.0","id":"%s","source":"bench","type":"com.tekton.budget.usage.v1",\
        "datacontenttype":"application/json","data":%s}\
        """
                .formatted(shot.recordId(), shot.json());
    }

    private static byte[] zipped(byte[] plain) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(plain.length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
