package tekton.budget.adapter.provider;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A body as a program recorded it, cut into its JSON documents: one, an array of them, one a line,
 * server-sent events (HTML Standard, "Interpreting an event stream"), or {@link AmazonEventStream}.
 * Media types lie as often as they tell, so the first bytes decide wherever they can.
 */
final class RecordedBody {

    private static final String[] EVENT_FIELDS = {"data:", "event:", "id:", "retry:", ":"};
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final String mediaType;
    private final AnswerAssembly assembly;
    private final FoundCalls found;

    /**
     * One.
     *
     * @param mediaType in lower case, without parameters; empty if nobody said
     * @param assembly takes the documents, in order
     * @param found takes what is none
     */
    RecordedBody(byte[] bytes, String mediaType, AnswerAssembly assembly, FoundCalls found) {
        this.bytes = bytes;
        this.mediaType = mediaType;
        this.assembly = assembly;
        this.found = found;
    }

    /**
     * Reads all of it.
     *
     * @throws ForeignFormatException if the body is a single document and none that is understood
     */
    void read() throws ForeignFormatException {
        if (AmazonEventStream.is(bytes)) {
            new AmazonEventStream(bytes, assembly, found).read();
            assembly.flush();
            return;
        }
        int from = start();
        if (from == bytes.length) {
            throw new ForeignFormatException("body: empty: expected a provider's answer");
        }
        if (isEvents(from)) {
            readEvents(from);
        } else if (isLines(from)) {
            readLines(from);
        } else {
            readDocument(from);
        }
        assembly.flush();
    }

    private void readDocument(int from) throws ForeignFormatException {
        JsonNode document = ForeignJson.read(Arrays.copyOfRange(bytes, from, bytes.length));
        if (!document.isArray()) {
            assembly.add(document);
            return;
        }
        int index = 0;
        for (JsonNode element : document) {
            assembly.addOne(element, "element " + index++);
        }
    }

    private void readLines(int from) throws ForeignFormatException {
        int number = 0;
        for (int at = from; at < bytes.length; number++) {
            int end = lineEnd(at);
            if (!isBlank(at, end)) {
                readLine(at, end, "line " + (number + 1));
            }
            at = end + 1;
        }
    }

    private void readLine(int at, int end, String where) throws ForeignFormatException {
        JsonNode document;
        try {
            document = ForeignJson.read(Arrays.copyOfRange(bytes, at, end));
        } catch (ForeignFormatException e) {
            if (assembly.isOpen() && isBlank(end, bytes.length)) {
                // A stream that was cut off in the middle of a line; its call says so.
                return;
            }
            found.reject(where, e);
            return;
        }
        assembly.addOne(document, where);
    }

    private void readEvents(int from) throws ForeignFormatException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int number = 0;
        for (int at = from; at < bytes.length; ) {
            int end = lineEnd(at);
            int textEnd = end > at && bytes[end - 1] == '\r' ? end - 1 : end;
            if (startsWith(at, textEnd, DATA)) {
                int text = at + DATA.length;
                text += text < textEnd && bytes[text] == ' ' ? 1 : 0;
                if (data.size() > 0) {
                    data.write('\n');
                }
                data.write(bytes, text, textEnd - text);
            } else if (textEnd == at && data.size() > 0) {
                readEvent(data, number++);
            }
            at = end + 1;
        }
        if (data.size() > 0) {
            readEvent(data, number);
        }
    }

    private void readEvent(ByteArrayOutputStream data, int number) throws ForeignFormatException {
        byte[] json = data.toByteArray();
        data.reset();
        if (Arrays.equals(json, DONE)) {
            assembly.endOfStream();
            return;
        }
        JsonNode document;
        try {
            document = ForeignJson.read(json);
        } catch (ForeignFormatException e) {
            if (!assembly.isOpen()) {
                found.reject("event " + number, e);
            }
            return;
        }
        assembly.addOne(document, "event " + number);
    }

    /** After a byte order mark and white space. */
    private int start() {
        int at =
                startsWith(0, bytes.length, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF})
                        ? 3
                        : 0;
        while (at < bytes.length && bytes[at] <= ' ' && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private boolean isEvents(int from) {
        for (String field : EVENT_FIELDS) {
            if (startsWith(from, bytes.length, field.getBytes(StandardCharsets.US_ASCII))) {
                return true;
            }
        }
        return false;
    }

    /** One a line if a line is a whole document and more follow, or if the type says so. */
    private boolean isLines(int from) {
        int end = lineEnd(from);
        if (isBlank(end, bytes.length)) {
            return false;
        }
        if (mediaType.endsWith("ndjson")
                || mediaType.endsWith("jsonl")
                || mediaType.endsWith("jsonlines")) {
            return true;
        }
        try {
            return ForeignJson.read(Arrays.copyOfRange(bytes, from, end)).isObject();
        } catch (ForeignFormatException e) {
            return false;
        }
    }

    private int lineEnd(int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean isBlank(int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] > ' ' || bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWith(int from, int to, byte[] prefix) {
        return to - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
