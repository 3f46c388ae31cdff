package tekton.budget.api.totals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.UsageRecordJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.Prices;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code GET /usage/records/{id}}: one counted record. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class RecordsController {

    /** How many contexts an ambiguous answer names. */
    private static final int NAMED_MAX = 10;

    private static final String KIND = "Usage record";

    private final Supplier<QueryPorts> ports;

    public RecordsController(Supplier<QueryPorts> ports) {
        this.ports = ports;
    }

    /** One record. */
    @GetMapping("/usage/records/{*id}")
    public void one(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = new Query(request);
        String id = query.lastSegment("/usage/records/");
        QueryPorts asked = ports.get();
        CountedRecord record = only(query, asked, id);
        JsonBytes json = new JsonBytes(1_024);
        write(json, record, asked.prices());
        Bodies.write(response, HttpServletResponse.SC_OK, json);
    }

    /**
     * The one record of an id, in the context that the request names if it names one.
     *
     * @throws ProblemException 404 if there is none, 409 if several contexts have it
     */
    public static CountedRecord only(Query query, QueryPorts asked, String id) {
        List<CountedRecord> records =
                Query.found(
                        asked.records().byId(id, query.id("context_id"), query.readAfter()),
                        KIND,
                        id);
        if (records.size() > 1) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AMBIGUOUS_RECORD,
                            "record %s is in %d contexts (expected: context_id to be one of them): %s"
                                    .formatted(id, records.size(), contexts(records))));
        }
        return records.getFirst();
    }

    /** Writes a record with what it costs. */
    static void write(JsonBytes json, CountedRecord record, Prices prices) {
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
