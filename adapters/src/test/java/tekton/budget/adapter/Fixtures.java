package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.ClientGaps;
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
            checkFields(call);
            records.add(ForeignJson.read(record));
        }
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode record : row.path("records")) {
            ObjectNode whole = ((ObjectNode) record).deepCopy();
            for (String always : List.of("input_tokens", "output_tokens")) {
                if (!whole.has(always)) {
                    whole.put(always, 0);
                }
            }
            expected.add(whole);
        }
        List<String> rejected = new ArrayList<>();
        row.path("rejected").forEach(reason -> rejected.add(reason.stringValue()));

        assertThat(adapted.rejected())
                .extracting(Adapted.Rejection::sentence)
                .as(name)
                .isEqualTo(rejected);
        assertThat(records).as(name).isEqualTo(expected);
        assertThat(adapted.ignored()).as(name).isEqualTo(row.path("ignored").asLong(0));
    }

    /** Holds a call's fields against its record: Budget reads the same from both. */
    public static void checkFields(ForeignCall call) {
        if (call.isRecord()) {
            return;
        }
        ClientGaps gaps =
                new ClientGaps() {
                    @Override
                    public String recordId(@Nullable String requestId) {
                        return "made of " + requestId;
                    }

                    @Override
                    public String contextId(String allocationId) {
                        return "that of " + allocationId;
                    }
                };
        byte[] record = call.toRecord(NOW);
        assertThat(UsageReader.fromFields(fields -> call.writeTo(fields, NOW), gaps))
                .isEqualTo(UsageReader.fromClient(record, 0, record.length, gaps));
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
