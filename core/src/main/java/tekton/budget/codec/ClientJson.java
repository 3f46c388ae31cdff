package tekton.budget.codec;

import tekton.budget.value.Shown;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** How JSON from strangers is read: strictly UTF-8, with bounds of our own. */
final class ClientJson {

    static final String NOT_UTF8 = "not JSON in UTF-8 without a byte order mark";

    /**
     * Jackson's own limits are lifted to the largest body: they are thrown in mid-document, where
     * one record of an array would spoil the others. Our bounds are checked field by field instead.
     * Nesting is the exception; an array deeper than this is refused whole.
     */
    private static final int LARGEST_BODY = 16 * 1024 * 1024;

    private static final int NESTING_MAX = 100_000;

    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(NESTING_MAX)
                                    .maxStringLength(LARGEST_BODY)
                                    .maxNameLength(LARGEST_BODY)
                                    .maxNumberLength(LARGEST_BODY)
                                    .build())
                    .build();

    private ClientJson() {}

    static JsonParser parser(byte[] bytes, int offset, int length) {
        return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
    }

    /**
     * Jackson would guess UTF-16 and skip a byte order mark; then two different texts of a record
     * would count as the same, and other readers of the topic would stumble. JSON begins with an
     * ASCII character, so the first two bytes tell.
     */
    static boolean isUtf8(byte[] bytes, int offset, int length) {
        return length < 2 || (bytes[offset] > 0 && bytes[offset + 1] != 0);
    }

    static String whereAndWhat(JacksonException e) {
        String what = Shown.plain(e.getOriginalMessage());
        return e.getLocation() == null
                ? "not JSON: " + what
                : "not JSON at line %d, column %d: %s"
                        .formatted(
                                e.getLocation().getLineNr(), e.getLocation().getColumnNr(), what);
    }
}
