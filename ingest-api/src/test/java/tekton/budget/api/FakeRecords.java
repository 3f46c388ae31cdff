package tekton.budget.api;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordFilter;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.RecordTrace;
import tekton.budget.value.Positions;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Counted records as a test puts them. A cursor is the index that a page begins with. */
public final class FakeRecords implements RecordQueries {

    public final List<CountedRecord> records = new CopyOnWriteArrayList<>();

    /** How many records pages with numbers are cut from. */
    public volatile int readMax = READ_MAX;

    @Override
    public Answer<List<CountedRecord>> byId(String recordId, String contextId, Consistency after) {
        List<CountedRecord> found =
                records.stream()
                        .filter(r -> r.usage().recordId().equals(recordId))
                        .filter(r -> contextId == null || r.usage().contextId().equals(contextId))
                        .toList();
        return found.isEmpty() ? new Answer.Unknown<>() : new Answer.Found<>(found);
    }

    @Override
    public Answer<RecordPage> list(
            RecordFilter filter, String cursor, int limit, Consistency after) {
        int begin = cursor == null ? 0 : Integer.parseInt(cursor);
        List<CountedRecord> matching = matching(filter);
        int end = Math.min(begin + limit, matching.size());
        return new Answer.Found<>(
                new RecordPage(
                        matching.subList(begin, end),
                        end < matching.size() ? String.valueOf(end) : null));
    }

    @Override
    public Answer<NumberedPage> page(
            RecordFilter filter, int number, int limit, Consistency after) {
        List<CountedRecord> matching = matching(filter);
        List<CountedRecord> read = matching.subList(0, Math.min(readMax, matching.size()));
        int begin = Math.min((number - 1) * limit, read.size());
        int end = Math.min(begin + limit, read.size());
        return new Answer.Found<>(
                new NumberedPage(
                        new RecordPage(
                                read.subList(begin, end),
                                end < matching.size() ? String.valueOf(end) : null),
                        read.size(),
                        read.size() == matching.size()));
    }

    @Override
    public Answer<Positions> newest() {
        return records.isEmpty()
                ? new Answer.Found<>(Positions.NONE)
                : new Answer.Found<>(Positions.of(0, records.size() - 1));
    }

    @Override
    public Answer<RecordTrace> trace(CountedRecord record) {
        return new Answer.Found<>(new RecordTrace(record.timestampMs(), List.of(), true));
    }

    private List<CountedRecord> matching(RecordFilter filter) {
        return records.reversed().stream()
                .filter(r -> filter.takes(r.usage(), r.timestampMs()))
                .toList();
    }
}
