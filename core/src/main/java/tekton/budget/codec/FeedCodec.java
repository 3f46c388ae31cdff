package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.LedgerFeed;
import tekton.budget.event.Notice;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TotalsFeed;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.TotalsFeed.Progress;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.value.EpochMinute;

import tools.jackson.databind.JsonNode;

/**
 * The bytes of the feeds of totals and ledger, and of notices. Only this project writes them; what
 * others have put into these topics is an {@link IllegalArgumentException}.
 */
public final class FeedCodec {

    private static final int SCHEMA = 1;

    private FeedCodec() {}

    public static byte[] write(TotalsFeed feed) {
        JsonBytes json = new JsonBytes(512).open('{').property("schema", SCHEMA);
        switch (feed) {
            case TotalsDelta counted -> {
                json.property("type", "counted");
                cell(json, counted.cell());
                json.property("hour", counted.hour().value());
                TotalsCodec.write(json, counted.totals());
            }
            case Progress progress ->
                    json.property("type", "progress")
                            .property("partition", progress.partition())
                            .property("offset", progress.offset());
        }
        return json.close('}').toByteArray();
    }

    /**
     * What stage one tells stage two.
     *
     * @throws IllegalArgumentException naming the field if the bytes are nothing of it
     */
    public static TotalsFeed read(byte @Nullable [] bytes) {
        JsonNode json = Trees.read(present(bytes));
        Trees.requireSchema(json, SCHEMA);
        return switch (Trees.text(json, "type")) {
            case "counted" -> new TotalsDelta(readCell(json), hour(json), TotalsCodec.read(json));
            case "progress" -> readProgress(json);
            default -> throw Trees.malformed("type", json);
        };
    }

    public static byte[] write(LedgerDelta delta) {
        JsonBytes json = new JsonBytes(512).open('{').property("schema", SCHEMA);
        cell(json, delta.cell());
        json.property("hour", delta.hour().value())
                .propertyIfPresent("allocation_id", delta.allocationId())
                .propertyIfPresent("context_id", delta.contextId());
        TotalsCodec.write(json, delta.totals());
        return json.close('}').toByteArray();
    }

    public static byte[] write(SessionReached reached) {
        return LedgerCodec.write(reached.crossed());
    }

    /**
     * What stage one tells the ledger.
     *
     * @throws IllegalArgumentException naming the field if the bytes are nothing of it
     */
    public static LedgerFeed readLedgerFeed(byte @Nullable [] value) {
        byte[] bytes = present(value);
        JsonNode json = Trees.read(bytes);
        Trees.requireSchema(json, SCHEMA);
        if (json.has("kind")) {
            if (LedgerCodec.readEvent(bytes) instanceof LevelCrossed crossed) {
                return new SessionReached(crossed);
            }
            throw Trees.malformed("kind", json);
        }
        if (json.has("type")) {
            return readProgress(json);
        }
        return new LedgerDelta(
                readCell(json),
                hour(json),
                Trees.textOrNull(json, "allocation_id"),
                Trees.textOrNull(json, "context_id"),
                TotalsCodec.read(json));
    }

    private static byte[] present(byte @Nullable [] value) {
        if (value == null) {
            throw new IllegalArgumentException("no value (expected: JSON)");
        }
        return value;
    }

    private static Progress readProgress(JsonNode json) {
        long partition = Trees.number(json, "partition");
        if (partition < 0 || partition > Integer.MAX_VALUE) {
            throw Trees.malformed("partition", json);
        }
        return new Progress((int) partition, Trees.number(json, "offset"));
    }

    public static byte[] write(Notice notice) {
        return new JsonBytes(256)
                .open('{')
                .property("schema", SCHEMA)
                .property("type", notice.kind().wireName())
                .property("budget_id", notice.budgetId())
                .property("subject", notice.subject())
                .property("hour", notice.hour().value())
                .close('}')
                .toByteArray();
    }

    /**
     * The notice that the bytes say.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static Notice readNotice(byte[] bytes) {
        JsonNode json = Trees.read(bytes);
        Trees.requireSchema(json, SCHEMA);
        String type = Trees.text(json, "type");
        for (Notice.NoticeKind kind : Notice.NoticeKind.values()) {
            if (kind.wireName().equals(type)) {
                return new Notice(
                        kind,
                        Trees.text(json, "budget_id"),
                        Trees.text(json, "subject"),
                        hour(json));
            }
        }
        throw Trees.malformed("type", json);
    }

    private static EpochMinute hour(JsonNode json) {
        return new EpochMinute(Trees.number(json, "hour"));
    }

    private static void cell(JsonBytes json, Cell cell) {
        json.property("budget_id", cell.budgetId())
                .property("component", cell.component())
                .property("provider", cell.provider())
                .property("model", cell.model())
                .property("tier", cell.tier().wireName())
                .property("task_type", cell.taskType());
    }

    private static Cell readCell(JsonNode json) {
        return new Cell(
                Trees.text(json, "budget_id"),
                Trees.text(json, "component"),
                Trees.text(json, "provider"),
                Trees.text(json, "model"),
                Trees.tier(json, "tier"),
                Trees.text(json, "task_type"));
    }
}
