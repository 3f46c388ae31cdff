package tekton.budget.bench.control;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.nio.ByteBuffer;

/**
 * What the counting control reads of a record.
 *
 * @param contextId where it counts
 * @param tokens in and out
 */
record UsageSum(String contextId, long tokens) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int BYTES = 2 * Long.BYTES;

    /** From JSON; null if it is none or has no context. */
    static @Nullable UsageSum read(byte[] json) {
        String contextId = "";
        long tokens = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "context_id" -> contextId = parser.getString();
                    case "input_tokens", "output_tokens" ->
                            tokens +=
                                    value == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : 0;
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException unreadable) {
            return null;
        }
        return contextId.isEmpty() ? null : new UsageSum(contextId, tokens);
    }

    /**
     * The stored form of a context's sum with this in it: how many records, how many tokens.
     *
     * @param before what was stored, or null
     */
    byte[] addedTo(byte @Nullable [] before) {
        ByteBuffer sum = ByteBuffer.allocate(BYTES);
        if (before == null) {
            sum.putLong(1).putLong(tokens);
        } else {
            ByteBuffer old = ByteBuffer.wrap(before);
            sum.putLong(old.getLong() + 1).putLong(old.getLong() + tokens);
        }
        return sum.array();
    }
}
