package tekton.budget.adapter.provider;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Bedrock's streams as they come over the wire: {@code application/vnd.amazon.eventstream} (Smithy,
 * "Amazon Event Stream Specification"). A message is its length and that of its headers, a checksum
 * of both, headers, a payload, and a checksum of all. ConverseStream names its events in a header;
 * InvokeModelWithResponseStream has the model's own events in base64.
 */
final class AmazonEventStream {

    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int STRING = 7;

    /** The lengths of values by their types; -1 where a length stands before it. */
    private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

    private final byte[] bytes;
    private final AnswerAssembly assembly;
    private final FoundCalls found;

    AmazonEventStream(byte[] bytes, AnswerAssembly assembly, FoundCalls found) {
        this.bytes = bytes;
        this.assembly = assembly;
        this.found = found;
    }

    /** Whether a body is one: its first checksum is right. */
    static boolean is(byte[] bytes) {
        return bytes.length >= PRELUDE_BYTES && isPrelude(bytes, 0);
    }

    /** Reads all of it. A stream that breaks off within a message was cut off. */
    void read() throws ForeignFormatException {
        int number = 0;
        for (int at = 0; at < bytes.length; number++) {
            int left = bytes.length - at;
            if (left < PRELUDE_BYTES) {
                return;
            }
            int length = number(at);
            int headers = number(at + 4);
            // A checksum keeps nobody from lengths that are negative.
            if (!isPrelude(bytes, at)
                    || headers < 0
                    || length < PRELUDE_BYTES + CHECKSUM_BYTES
                    || length - PRELUDE_BYTES - CHECKSUM_BYTES < headers) {
                found.reject(
                        "message " + number,
                        new ForeignFormatException(
                                "its first 12 bytes are damaged: expected two lengths and their"
                                        + " checksum"));
                return;
            }
            if (length > left) {
                return;
            }
            try {
                add(at, length, headers, "message " + number);
            } catch (ForeignFormatException damaged) {
                found.reject("message " + number, damaged);
            }
            at += length;
        }
    }

    private void add(int at, int length, int headersLength, String where)
            throws ForeignFormatException {
        int end = at + length - CHECKSUM_BYTES;
        if (number(end) != checksum(bytes, at, end - at)) {
            throw new ForeignFormatException("the checksum is not that of its bytes");
        }
        int payload = at + PRELUDE_BYTES + headersLength;
        Map<String, String> headers = headers(at + PRELUDE_BYTES, payload);
        String event = headers.get(":event-type");
        if (event == null) {
            // An exception in the middle of a stream; the call so far says that it was cut off.
            found.ignore();
            return;
        }
        JsonNode said = ForeignJson.read(bytes, payload, end - payload);
        String model = ForeignJson.text(said, "bytes");
        assembly.addOne(
                event.equals("chunk") && model != null
                        ? decoded(model)
                        : JsonNodeFactory.instance.objectNode().set(event, said),
                where);
    }

    private static JsonNode decoded(String base64) throws ForeignFormatException {
        try {
            return ForeignJson.read(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException damaged) {
            throw new ForeignFormatException("bytes: expected base64");
        }
    }

    /** Those that are texts. */
    private Map<String, String> headers(int from, int to) throws ForeignFormatException {
        Map<String, String> headers = new HashMap<>();
        for (int at = from; at < to; ) {
            int nameEnd = at + 1 + (bytes[at] & 0xFF);
            int type = nameEnd < to ? bytes[nameEnd] : -1;
            if (type < 0 || type >= VALUE_BYTES.length) {
                throw damagedHeaders();
            }
            int value = nameEnd + 1;
            int size = VALUE_BYTES[type];
            if (size < 0) {
                if (value + 2 > to) {
                    throw damagedHeaders();
                }
                size = ((bytes[value] & 0xFF) << 8) | (bytes[value + 1] & 0xFF);
                value += 2;
            }
            if (value + size > to) {
                throw damagedHeaders();
            }
            if (type == STRING) {
                headers.put(text(at + 1, nameEnd), text(value, value + size));
            }
            at = value + size;
        }
        return headers;
    }

    private static ForeignFormatException damagedHeaders() {
        return new ForeignFormatException("its headers are damaged");
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private int number(int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    private static boolean isPrelude(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at + 8) == checksum(bytes, at, 8);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
