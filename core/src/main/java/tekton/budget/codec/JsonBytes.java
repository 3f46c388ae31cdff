package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Compact JSON in UTF-8, written straight into one growing array. Commas come by themselves. On the
 * hot path instead of Jackson's generator, whose set-up costs more than a usage record's text. Does
 * not check that the document is well formed. Not thread-safe.
 */
public final class JsonBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;
    private boolean comma;
    private boolean nulls = true;

    public JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /** Leaves out properties that are null, from here on. */
    public JsonBytes withoutNulls() {
        nulls = false;
        return this;
    }

    /** Begins an object or an array. */
    public JsonBytes open(char bracket) {
        separate();
        put((byte) bracket);
        comma = false;
        return this;
    }

    /** Ends an object or an array. */
    public JsonBytes close(char bracket) {
        put((byte) bracket);
        comma = true;
        return this;
    }

    /** A property's name. */
    public JsonBytes name(String name) {
        separate();
        quoted(name);
        put((byte) ':');
        comma = false;
        return this;
    }

    /** A text value. */
    public JsonBytes string(String text) {
        separate();
        quoted(text);
        comma = true;
        return this;
    }

    /** An integer value. */
    public JsonBytes number(long number) {
        if (number < 0) {
            return raw(Long.toString(number));
        }
        separate();
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(digits);
        length += digits;
        long rest = number;
        for (int at = length - 1; at >= length - digits; at--, rest /= 10) {
            bytes[at] = (byte) ('0' + rest % 10);
        }
        comma = true;
        return this;
    }

    /** A value that is JSON already. */
    public JsonBytes raw(String json) {
        return raw(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A value that is JSON in UTF-8 already. */
    public JsonBytes raw(byte[] utf8) {
        separate();
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        comma = true;
        return this;
    }

    /** A property with a text, or with null. */
    public JsonBytes property(String name, @Nullable String text) {
        if (text == null) {
            return nulls ? name(name).raw("null") : this;
        }
        return name(name).string(text);
    }

    /** A property with a text, or none at all for null. */
    public JsonBytes propertyIfPresent(String name, @Nullable String text) {
        return text == null ? this : property(name, text);
    }

    /** A property with an integer. */
    public JsonBytes property(String name, long number) {
        return name(name).number(number);
    }

    /** A property with a boolean. */
    public JsonBytes property(String name, boolean value) {
        return name(name).raw(value ? "true" : "false");
    }

    /** A property whose value is JSON already, such as an exact decimal number. */
    public JsonBytes propertyRaw(String name, String json) {
        return name(name).raw(json);
    }

    /** A property whose value is written as it says itself, such as a number, or null. */
    public JsonBytes propertyOrNull(String name, @Nullable Object value) {
        if (value == null) {
            return nulls ? propertyRaw(name, "null") : this;
        }
        return propertyRaw(name, value.toString());
    }

    /** The bytes so far. */
    public int length() {
        return length;
    }

    /** Writes out what has been written, without a copy. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** A copy of what has been written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void separate() {
        if (comma) {
            put((byte) ',');
        }
    }

    private void quoted(String text) {
        int chars = text.length();
        ensure(chars + 2);
        bytes[length++] = '"';
        int plain = copyPlain(text, chars);
        // The longest form of a UTF-16 unit is an escape of six bytes. Asked for only when there is
        // something to escape: growing for what never comes was a ninth of a batch's time.
        ensure((chars - plain) * 6 + 1);
        for (int i = plain; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c >= ' ' && c != '"' && c != '\\') {
                    bytes[length++] = (byte) c;
                } else {
                    escape(c);
                }
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xE0 | (c >> 12));
                bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < chars
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xF0 | (point >> 18));
                bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[length++] = (byte) (0x80 | (point & 0x3F));
            } else {
                unicodeEscape(c);
            }
        }
        bytes[length++] = '"';
    }

    /**
     * Copies the beginning of a text that needs no escape, nearly always all of it, and says where
     * it ends. Local variables make this loop several times as fast as one over the fields.
     */
    private int copyPlain(String text, int chars) {
        byte[] out = bytes;
        int at = length;
        int i = 0;
        while (i < chars) {
            char c = text.charAt(i);
            if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
                break;
            }
            out[at++] = (byte) c;
            i++;
        }
        length = at;
        return i;
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            }
            case '\n' -> {
                bytes[length++] = '\\';
                bytes[length++] = 'n';
            }
            case '\t' -> {
                bytes[length++] = '\\';
                bytes[length++] = 't';
            }
            case '\r' -> {
                bytes[length++] = '\\';
                bytes[length++] = 'r';
            }
            default -> unicodeEscape(c);
        }
    }

    private void unicodeEscape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xF];
        }
    }

    private void put(byte b) {
        ensure(1);
        bytes[length++] = b;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
