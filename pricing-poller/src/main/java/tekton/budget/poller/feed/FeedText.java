package tekton.budget.poller.feed;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;

/** How price lists are read: exact decimals, and messages of one line. */
final class FeedText {

    /** Figures as they are written: the value that a double is nearest to is another one. */
    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final int SHOWN_MAX = 100;

    private FeedText() {}

    static JsonParser parser(byte[] bytes) throws UnreadableFeedException {
        for (byte b : bytes) {
            if (b == '{' || b == '[') {
                return MAPPER.createParser(bytes);
            }
            if (b > ' ') {
                throw new UnreadableFeedException(
                        "not JSON: begins with %s".formatted(shown(beginning(bytes))));
            }
        }
        throw new UnreadableFeedException("empty");
    }

    static UnreadableFeedException notJson(JacksonException e) {
        String where = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
        return new UnreadableFeedException(
                "not JSON" + where + ": " + shown(e.getOriginalMessage()));
    }

    /** A stranger's text made fit for a message: short, and of one line. */
    static String shown(String text) {
        String cut = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String beginning(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 40), StandardCharsets.UTF_8);
    }
}
