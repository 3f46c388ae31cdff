package tekton.budget.api;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.query.RecordQueries;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Counted records as a test puts them. A cursor is the index that a page begins with. */
public final class FakeRecords implements RecordQueries {

    public final List<CountedRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public Answer<List<CountedRecord>> byId(String recordId, String contextId, ReadAfter after) {
        List<CountedRecord> found =
                records.stream()
                        .filter(r -> r.usage().recordId().equals(recordId))
                        .filter(r -> contextId == null || r.usage().contextId().equals(contextId))
                        .toList();
        return found.isEmpty() ? new Answer.Unknown<>() : new Answer.Found<>(found);
    }

    @Override
    public Answer<RecordPage> ofContext(
            String contextId, String cursor, int limit, ReadAfter after) {
        int begin = cursor == null ? 0 : Integer.parseInt(cursor);
        List<CountedRecord> ofContext =
                records.reversed().stream()
                        .filter(r -> r.usage().contextId().equals(contextId))
                        .toList();
        int end = Math.min(begin + limit, ofContext.size());
        return new Answer.Found<>(
                new RecordPage(
                        ofContext.subList(begin, end),
                        end < ofContext.size() ? String.valueOf(end) : null));
    }
}
