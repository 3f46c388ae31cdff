package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.sym.PropertyNameMatcher;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Reads one usage record from JSON, the same way at the edge and from the topic.
 *
 * <p>Unknown fields are ignored; names are snake_case or camelCase; of a repeated field the last
 * counts. Every wrong field is reported, not only the first. Streaming, without a tree: this is the
 * hot path. Stateless and safe for any thread.
 */
public final class UsageReader {

    private static final PropertyNameMatcher NAMES =
            ClientJson.FACTORY.constructNameMatcher(UsageField.names(), false);

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
     * @param gaps fills in what the client left out
     */
    public static Parsed fromClient(byte[] bytes, int offset, int length, ClientGaps gaps) {
        return read(bytes, offset, length, gaps);
    }

    /**
     * A record from a program of the edge that knows its fields: like one from a client that sends
     * them as JSON, without the JSON.
     *
     * @param fields gives them
     * @param gaps fills in what is left out
     */
    public static Parsed fromFields(Consumer<UsageFields> fields, ClientGaps gaps) {
        UsageDraft draft = new UsageDraft(gaps);
        fields.accept(draft);
        return draft.finish();
    }

    /**
     * A JSON array of records from a client of the edge: nothing of it counts unless all of it is
     * JSON.
     *
     * @param bytes a buffer that holds one JSON array
     * @param length its bytes
     * @param recordsMax the most elements it may have
     * @param gaps fills in what the client left out of the record of an index, from 0
     * @throws MalformedArrayException if it is not a JSON array, or too long
     */
    public static List<Parsed> arrayFromClient(
            byte[] bytes, int length, int recordsMax, IntFunction<ClientGaps> gaps)
            throws MalformedArrayException {
        if (!ClientJson.isUtf8(bytes, 0, length)) {
            throw new MalformedArrayException(ClientJson.NOT_UTF8);
        }
        try (JsonParser parser = ClientJson.parser(bytes, 0, length)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedArrayException("expected a JSON array of usage records");
            }
            var records = new ArrayList<Parsed>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (records.size() == recordsMax) {
                    throw new MalformedArrayException(
                            "the array has more than %d records".formatted(recordsMax), true);
                }
                records.add(readValue(parser, gaps.apply(records.size())));
            }
            if (parser.nextToken() != null) {
                throw new MalformedArrayException("more data behind the JSON array");
            }
            return records;
        } catch (JacksonException e) {
            throw new MalformedArrayException(ClientJson.whereAndWhat(e));
        }
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

    private static Parsed read(byte[] bytes, int offset, int length, @Nullable ClientGaps gaps) {
        if (length > UsageBounds.RECORD_BYTES_MAX) {
            return new Parsed.Refused(
                    List.of(
                            FieldProblem.of(
                                    FieldProblem.ProblemKind.BOUND,
                                    FieldProblem.WHOLE,
                                    Shown.described(length + " bytes"),
                                    "at most " + UsageBounds.RECORD_BYTES_MAX)));
        }
        if (!ClientJson.isUtf8(bytes, offset, length)) {
            return new Parsed.Unreadable(ClientJson.NOT_UTF8);
        }
        try (JsonParser parser = ClientJson.parser(bytes, offset, length)) {
            parser.nextToken();
            Parsed parsed = readValue(parser, gaps);
            if (parser.nextToken() != null) {
                return new Parsed.Unreadable("more data behind the JSON object");
            }
            return parsed;
        } catch (JacksonException e) {
            return new Parsed.Unreadable(ClientJson.whereAndWhat(e));
        }
    }

    private static Parsed readValue(JsonParser parser, @Nullable ClientGaps gaps) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return new Parsed.Unreadable("empty (expected: one JSON object)");
        }
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Parsed.Refused(
                    List.of(
                            FieldProblem.of(
                                    FieldProblem.ProblemKind.SHAPE,
                                    FieldProblem.WHOLE,
                                    Shown.described("a JSON " + JsonShape.of(token)),
                                    "a JSON object")));
        }
        var draft = new UsageDraft(gaps);
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
}
