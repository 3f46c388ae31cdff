package tekton.budget.api.story;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.api.totals.RecordsController;
import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordTrace;

import java.io.IOException;
import java.util.function.Supplier;

/** {@code GET /usage/records/{id}/story}: what became of one counted record. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class StoryController {

    private final Supplier<QueryPorts> ports;

    public StoryController(Supplier<QueryPorts> ports) {
        this.ports = ports;
    }

    /**
     * The story of a record.
     *
     * @param id one part of the path: a slash in it is sent as {@code %2F}
     */
    @GetMapping("/usage/records/{id}/story")
    public void story(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        QueryPorts asked = ports.get();
        CountedRecord record = RecordsController.only(query, asked, id);
        RecordTrace trace = Query.found(asked.records().trace(record), "Usage record", id);
        RatedRecord rated = RatedRecord.of(record, asked.prices());
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                StoryJson.of(rated, trace, allocation(asked, query, record)));
    }

    private static @Nullable Allocation allocation(
            QueryPorts asked, Query query, CountedRecord record) {
        String id = record.usage().allocationId();
        if (id == null) {
            return null;
        }
        Answer<Allocation> answer = asked.ledger().allocation(id, query.readAfter());
        // It may never have been there, or be forgotten by now.
        return answer instanceof Answer.Unknown<Allocation>
                ? null
                : Query.found(answer, "Allocation", id);
    }
}
