package tekton.budget.adapter.cloudevents;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.value.Shown;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Attributes in headers, by CloudEvents' HTTP and Kafka protocol bindings 1.0.2. */
final class HeaderText {

    private HeaderText() {}

    /**
     * An HTTP header's value: its quotes are taken off, then percent-encoding once. A percent sign
     * without two hex digits is itself.
     *
     * @throws ForeignFormatException if the bytes are not UTF-8
     */
    static String decoded(String header, String value) throws ForeignFormatException {
        byte[] text = unquoted(value.strip()).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; i++) {
            int high = text[i] == '%' && i + 2 < text.length ? hex(text[i + 1]) : -1;
            int low = high < 0 ? -1 : hex(text[i + 2]);
            if (low < 0) {
                decoded.write(text[i]);
            } else {
                decoded.write(high * 16 + low);
                i += 2;
            }
        }
        return utf8(header, decoded.toByteArray());
    }

    /**
     * A Kafka header's value.
     *
     * @throws ForeignFormatException if it is not UTF-8
     */
    static String utf8(String header, byte[] value) throws ForeignFormatException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw new ForeignFormatException(
                    "%s: %s (expected: UTF-8)"
                            .formatted(
                                    header,
                                    Shown.text(new String(value, StandardCharsets.ISO_8859_1))));
        }
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            text.append(c == '\\' && i + 2 < value.length() ? value.charAt(++i) : c);
        }
        return text.toString();
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }
}
