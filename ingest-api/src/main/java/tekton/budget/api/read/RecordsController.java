package tekton.budget.api.read;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.problem.ProblemType;
import tekton.budget.api.wire.Bodies;
import tekton.budget.api.wire.UsageRecordJson;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.query.RecordQueries.RecordPage;
import tekton.budget.serde.JsonBytes;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code GET /usage/records…}: one counted record, and those of a context, newest first. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class RecordsController {

    /** How many contexts an ambiguous answer names. */
    private static final int NAMED_MAX = 10;

    private static final int CURSOR_LENGTH_MAX = 1_024;

    private final Supplier<Ports> ports;

    public RecordsController(Supplier<Ports> ports) {
        this.ports = ports;
    }

    /** One record. */
    @GetMapping("/usage/records/{*id}")
    public void one(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = new Query(request);
        String id = query.lastSegment("/usage/records/");
        String contextId = query.id("context_id");
        Ports asked = ports.get();
        List<CountedRecord> records =
                Query.found(
                        asked.records().byId(id, contextId, query.readAfter()), "Usage record", id);
        if (records.size() > 1) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AMBIGUOUS_RECORD,
                            "record %s is in %d contexts (expected: context_id to be one of them): %s"
                                    .formatted(id, records.size(), contexts(records))));
        }
        JsonBytes json = new JsonBytes(1_024);
        write(json, records.getFirst(), asked.prices());
        Bodies.write(response, HttpServletResponse.SC_OK, json);
    }

    /** A page of one context's records. */
    @GetMapping("/usage/records")
    public void ofContext(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Query query = new Query(request);
        int limit = query.limit();
        String contextId = query.id("context_id");
        if (contextId == null) {
            throw Query.invalid("query", "context_id", "missing", "the context to list");
        }
        Ports asked = ports.get();
        RecordPage page = page(query, asked, contextId, limit);
        JsonBytes json = new JsonBytes(16_384).open('{').name("items").open('[');
        page.items().forEach(item -> write(json, item, asked.prices()));
        json.close(']').property("next", page.next()).close('}');
        Bodies.write(response, HttpServletResponse.SC_OK, json);
    }

    private static RecordPage page(Query query, Ports asked, String contextId, int limit) {
        String cursor = query.text("cursor");
        if (cursor != null && cursor.length() > CURSOR_LENGTH_MAX) {
            throw badCursor(cursor);
        }
        try {
            return Query.found(
                    asked.records().ofContext(contextId, cursor, limit, query.readAfter()),
                    "Context",
                    contextId);
        } catch (IllegalArgumentException notOurs) {
            throw badCursor(String.valueOf(cursor));
        }
    }

    private static ProblemException badCursor(String cursor) {
        return Query.invalid("query", "cursor", cursor, "the next of a page before");
    }

    private static void write(JsonBytes json, CountedRecord record, Prices prices) {
        json.open('{');
        UsageRecordJson.properties(
                json,
                record.usage(),
                prices.charge(record.usage(), record.timestampMs()),
                record.timestampMs());
        json.close('}');
    }

    private static String contexts(List<CountedRecord> records) {
        return records.stream()
                .limit(NAMED_MAX)
                .map(record -> record.usage().contextId())
                .collect(Collectors.joining(", "));
    }
}
