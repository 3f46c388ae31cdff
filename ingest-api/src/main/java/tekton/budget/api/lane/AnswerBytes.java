package tekton.budget.api.lane;

import org.apache.tomcat.util.http.FastHttpDateFormat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes answers as Tomcat would, all into the same array. One thread. */
final class AnswerBytes extends ByteArrayOutputStream {

    private static final byte[] KEEP_ALIVE = ascii("Keep-Alive: timeout=");
    private static final byte[] STAYS = ascii("\r\nConnection: keep-alive\r\n");
    private static final byte[] CLOSES = ascii("Connection: close\r\n");
    private static final byte[] CONTENT_TYPE = ascii("Content-Type: ");
    private static final byte[] CONTENT_LENGTH = ascii("\r\nContent-Length: ");
    private static final byte[] DATE = ascii("\r\nDate: ");
    private static final byte[] END = ascii("\r\n");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");

    private final String keepAliveSeconds;

    AnswerBytes(long keepAliveSeconds) {
        super(2_048);
        this.keepAliveSeconds = Long.toString(keepAliveSeconds);
    }

    /**
     * The bytes of an answer, until the next call.
     *
     * @param keepsAlive whether the client asked that the connection stays
     * @param closes whether it is closed all the same
     */
    ByteBuffer of(LaneAnswer answer, boolean keepsAlive, boolean closes) {
        reset();
        writeBytes(VERSION);
        text(Integer.toString(answer.status()));
        write(' ');
        text(answer.reason());
        writeBytes(END);
        for (String header : answer.headers()) {
            text(header);
            writeBytes(END);
        }
        writeBytes(CONTENT_TYPE);
        text(answer.contentType());
        writeBytes(CONTENT_LENGTH);
        text(Integer.toString(answer.body().length()));
        writeBytes(DATE);
        text(FastHttpDateFormat.getCurrentDate());
        writeBytes(END);
        if (closes) {
            writeBytes(CLOSES);
        } else if (keepsAlive) {
            writeBytes(KEEP_ALIVE);
            text(keepAliveSeconds);
            writeBytes(STAYS);
        }
        writeBytes(END);
        try {
            answer.body().writeTo(this);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(buf, 0, count);
    }

    private void text(String ascii) {
        writeBytes(ascii(ascii));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
