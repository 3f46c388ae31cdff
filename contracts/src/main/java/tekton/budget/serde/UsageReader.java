package tekton.budget.serde;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.UsageBounds;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.sym.PropertyNameMatcher;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads one usage record from JSON, the same way at the edge and from the topic.
 *
 * <p>Unknown fields are ignored; names are snake_case or camelCase; of a repeated field the last
 * counts. Every wrong field is reported, not only the first. Streaming, without a tree: this is the
 * hot path. Stateless and safe for any thread.
 */
public final class UsageReader {

    /**
     * Jackson's own limits are lifted to the largest body: they are thrown in mid-document, where
     * one record of an array would spoil the others. Our bounds are checked field by field instead.
     * Nesting is the exception; an array deeper than this is refused whole.
     */
    private static final int LARGEST_BODY = 16 * 1024 * 1024;

    private static final int NESTING_MAX = 100_000;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(NESTING_MAX)
                                    .maxStringLength(LARGEST_BODY)
                                    .maxNameLength(LARGEST_BODY)
                                    .maxNumberLength(LARGEST_BODY)
                                    .build())
                    .build();

    private static final String NOT_UTF8 = "not JSON in UTF-8 without a byte order mark";

    private static final PropertyNameMatcher NAMES =
            JSON.constructNameMatcher(UsageField.names(), false);

    private UsageReader() {}

    /** A record as it stands in the topic: {@code record_id} is required. */
    public static Parsed fromTopic(byte[] value) {
        return read(value, 0, value.length, null);
    }

    /**
     * A record from a client of the edge. What only the edge may fill in is ignored.
     *
     * @param bytes a buffer that holds one JSON object
     * @param offset where it begins
     * @param length its bytes
     * @param identity names a record without {@code record_id}
     */
    public static Parsed fromClient(
            byte[] bytes, int offset, int length, RecordIdFallback identity) {
        return read(bytes, offset, length, identity);
    }

    /**
     * A JSON array of records from a client of the edge: nothing of it counts unless all of it is
     * JSON.
     *
     * @param bytes a buffer that holds one JSON array
     * @param length its bytes
     * @param recordsMax the most elements it may have
     * @param identities names the record of an index that has no {@code record_id}
     * @throws MalformedArrayException if it is not a JSON array, or too long
     */
    public static List<Parsed> arrayFromClient(
            byte[] bytes, int length, int recordsMax, IndexedIdentity identities)
            throws MalformedArrayException {
        if (!isUtf8(bytes, 0, length)) {
            throw new MalformedArrayException(NOT_UTF8);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes, 0, length)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedArrayException("expected a JSON array of usage records");
            }
            var records = new ArrayList<Parsed>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (records.size() == recordsMax) {
                    throw new MalformedArrayException(
                            "the array has more than %d records".formatted(recordsMax), true);
                }
                int index = records.size();
                records.add(readValue(parser, id -> identities.recordId(index, id)));
            }
            if (parser.nextToken() != null) {
                throw new MalformedArrayException("more data behind the JSON array");
            }
            return records;
        } catch (JacksonException e) {
            throw new MalformedArrayException(whereAndWhat(e));
        }
    }

    /** Names the record of an index in a batch. */
    @FunctionalInterface
    public interface IndexedIdentity {
        /** The id of the record at that index, from 0. */
        String recordId(int index, @Nullable String requestId);
    }

    /** A body that is no JSON array of records. The message says what is wrong and where. */
    public static final class MalformedArrayException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean tooLong;

        MalformedArrayException(String message) {
            this(message, false);
        }

        MalformedArrayException(String message, boolean tooLong) {
            super(message);
            this.tooLong = tooLong;
        }

        /** True when the only thing wrong with it is its length. */
        public boolean tooLong() {
            return tooLong;
        }
    }

    private static Parsed read(
            byte[] bytes, int offset, int length, @Nullable RecordIdFallback identity) {
        if (length > UsageBounds.RECORD_BYTES_MAX) {
            return new Parsed.Refused(
                    List.of(
                            FieldProblem.of(
                                    FieldProblem.Kind.BOUND,
                                    FieldProblem.WHOLE,
                                    length + " bytes",
                                    "at most " + UsageBounds.RECORD_BYTES_MAX)));
        }
        if (!isUtf8(bytes, offset, length)) {
            return new Parsed.Unreadable(NOT_UTF8);
        }
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            parser.nextToken();
            Parsed parsed = readValue(parser, identity);
            if (parser.nextToken() != null) {
                return new Parsed.Unreadable("more data behind the JSON object");
            }
            return parsed;
        } catch (JacksonException e) {
            return new Parsed.Unreadable(whereAndWhat(e));
        }
    }

    /**
     * Jackson would guess UTF-16 and skip a byte order mark; then two different texts of a record
     * would count as the same, and other readers of the topic would stumble. JSON begins with an
     * ASCII character, so the first two bytes tell.
     */
    private static boolean isUtf8(byte[] bytes, int offset, int length) {
        return length < 2 || (bytes[offset] > 0 && bytes[offset + 1] != 0);
    }

    private static Parsed readValue(JsonParser parser, @Nullable RecordIdFallback identity) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return new Parsed.Unreadable("empty (expected: one JSON object)");
        }
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Parsed.Refused(
                    List.of(
                            FieldProblem.of(
                                    FieldProblem.Kind.SHAPE,
                                    FieldProblem.WHOLE,
                                    "a JSON " + JsonShape.of(token),
                                    "a JSON object")));
        }
        var draft = new UsageDraft(identity);
        while (true) {
            int match = parser.nextNameMatch(NAMES);
            if (match == PropertyNameMatcher.MATCH_END_OBJECT) {
                return draft.finish();
            }
            parser.nextToken();
            if (match < 0) {
                parser.skipChildren();
            } else {
                draft.read(UsageField.ofMatch(match), parser);
            }
        }
    }

    private static String whereAndWhat(JacksonException e) {
        String what = FieldProblem.shown(e.getOriginalMessage());
        return e.getLocation() == null
                ? "not JSON: " + what
                : "not JSON at line %d, column %d: %s"
                        .formatted(
                                e.getLocation().getLineNr(), e.getLocation().getColumnNr(), what);
    }
}
