package tekton.budget.adapter.otlp;

import com.google.protobuf.CodedOutputStream;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Answers as OTLP's clients expect them, in the encoding of their request. A client sends again
 * only after 429, 502, 503 and 504 (OTLP 1.11, "Retryable Response Codes").
 */
public final class OtlpAnswers {

    private OtlpAnswers() {}

    /**
     * The body of a 200: an {@code Export…ServiceResponse}. It is empty when all was taken. A
     * client does not send again what was rejected.
     *
     * @param rejected how many spans, log records or data points were not taken
     * @param message why not, or a warning when none was; null for none
     */
    public static byte[] success(
            boolean json, OtlpSignal signal, long rejected, @Nullable String message) {
        boolean partial = rejected > 0 || message != null;
        if (json) {
            JsonBytes answer = new JsonBytes(128).open('{');
            if (partial) {
                answer.name("partialSuccess")
                        .open('{')
                        .property(signal.rejected(), Long.toString(rejected))
                        .propertyIfPresent("errorMessage", message)
                        .close('}');
            }
            return answer.close('}').toByteArray();
        }
        if (!partial) {
            return new byte[0];
        }
        byte[] inner =
                written(
                        out -> {
                            out.writeInt64(1, rejected);
                            if (message != null) {
                                out.writeString(2, message);
                            }
                        });
        return written(out -> out.writeByteArray(1, inner));
    }

    /**
     * The body of an error: a {@code google.rpc.Status}.
     *
     * @param code of gRPC, not of HTTP: 3 for what cannot be decoded, 14 for "try again"
     * @param message what was wrong
     */
    public static byte[] status(boolean json, int code, String message) {
        return json
                ? new JsonBytes(128)
                        .open('{')
                        .property("code", code)
                        .property("message", message)
                        .close('}')
                        .toByteArray()
                : written(
                        out -> {
                            out.writeInt32(1, code);
                            out.writeString(2, message);
                        });
    }

    /** Writes the fields of a message. */
    @FunctionalInterface
    private interface MessageWriter {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] written(MessageWriter fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
