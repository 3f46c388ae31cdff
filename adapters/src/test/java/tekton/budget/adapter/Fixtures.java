package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bodies as real senders write them, and the records that they are, in tables of JSON. A body that
 * is a text stands as it was sent; any other is sent as compact JSON. A record leaves out token
 * classes that are 0.
 */
public final class Fixtures {

    /** 2026-11-26T13:33:20Z. */
    public static final long NOW = 1_795_700_000_000L;

    public static final Attribution ATTRIBUTED =
            new Attribution("ctx", "comp", "team", "user", "task", "team.1");

    private static final List<String> TOKENS =
            List.of(
                    "input_tokens",
                    "output_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "reasoning_tokens",
                    "audio_input_tokens",
                    "audio_output_tokens",
                    "image_input_tokens",
                    "image_output_tokens");

    private Fixtures() {}

    /** The rows of a table beside the tests. */
    public static List<JsonNode> table(String resource) throws IOException, ForeignFormatException {
        try (InputStream in = Fixtures.class.getResourceAsStream(resource)) {
            List<JsonNode> rows = new ArrayList<>();
            ForeignJson.read(in.readAllBytes()).forEach(rows::add);
            return rows;
        }
    }

    /** The bytes that are sent. */
    public static byte[] body(JsonNode row) {
        JsonNode body = row.get("body");
        return utf8(body.isString() ? body.stringValue() : body.toString());
    }

    /** Whom a row's calls belong to that do not say it. */
    public static Attribution attribution(JsonNode row) {
        return row.has("attributed") ? ATTRIBUTED : Attribution.NONE;
    }

    /**
     * Holds a row's expectation against what came of it, all of it, exactly; every record is one
     * that Budget takes.
     */
    public static void check(JsonNode row, Adapted adapted) throws ForeignFormatException {
        String name = row.get("name").stringValue();
        List<JsonNode> records = new ArrayList<>();
        for (ForeignCall call : adapted.calls()) {
            byte[] record = call.toRecord(NOW);
            assertThat(UsageReader.fromTopic(record)).as(name).isInstanceOf(Parsed.Accepted.class);
            records.add(ForeignJson.read(record));
        }
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode record : row.path("records")) {
            ObjectNode whole = ((ObjectNode) record).deepCopy();
            TOKENS.stream().filter(type -> !whole.has(type)).forEach(type -> whole.put(type, 0));
            expected.add(whole);
        }
        List<String> rejected = new ArrayList<>();
        row.path("rejected").forEach(reason -> rejected.add(reason.stringValue()));

        assertThat(adapted.rejected()).as(name).isEqualTo(rejected);
        assertThat(records).as(name).isEqualTo(expected);
        assertThat(adapted.ignored()).as(name).isEqualTo(row.path("ignored").asLong(0));
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
