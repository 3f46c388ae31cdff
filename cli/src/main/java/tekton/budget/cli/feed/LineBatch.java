package tekton.budget.cli.feed;

import tekton.budget.cli.call.JsonTree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Records that go to Budget in one request, and where in the file they came from. */
final class LineBatch {

    /** A line that is not sent. */
    record Unfit(long line, String message, JsonTree text) {}

    private final StringBuilder body = new StringBuilder();
    private final List<Long> lines = new ArrayList<>();
    private final List<JsonTree> records = new ArrayList<>();
    private final List<Unfit> unfit = new ArrayList<>();
    private long end;
    private long nextLine;
    private long skipped;

    void add(long line, JsonTree record) {
        record.append(body);
        body.append('\n');
        lines.add(line);
        records.add(record);
    }

    void addUnfit(long line, String message, JsonTree text) {
        unfit.add(new Unfit(line, message, text));
    }

    void skip() {
        skipped++;
    }

    /** Says how far the file is done with this batch. */
    void upTo(long bytes, long followingLine) {
        end = bytes;
        nextLine = followingLine;
    }

    boolean isEmpty() {
        return end == 0;
    }

    /** How many lines it has, sent or not. */
    int lines() {
        return lines.size() + unfit.size() + (int) skipped;
    }

    int size() {
        return lines.size();
    }

    int characters() {
        return body.length();
    }

    byte[] body() {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    long line(int index) {
        return lines.get(index);
    }

    JsonTree record(int index) {
        return records.get(index);
    }

    List<Unfit> unfit() {
        return unfit;
    }

    long skipped() {
        return skipped;
    }

    long end() {
        return end;
    }

    long nextLine() {
        return nextLine;
    }
}
