package tekton.budget.api.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * A gzip file of one member or many, one after the other (RFC 1952). The JDK's stream takes a
 * member that breaks off in its header for the end, calls itself for each that is empty, and asks a
 * network whether more is there, which says no when it has not come yet. Close it: the inflater has
 * memory of its own. Not thread-safe.
 */
final class GzipStream extends InputStream {

    private static final int BUFFER_BYTES = 8_192;

    private static final int MAGIC = 0x8B1F;
    private static final int DEFLATED = 8;
    private static final int HEADER_CRC = 1 << 1;
    private static final int EXTRA = 1 << 2;
    private static final int NAME = 1 << 3;
    private static final int COMMENT = 1 << 4;
    private static final int RESERVED = 0xE0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean begun;
    private boolean inMember;
    private boolean ended;

    GzipStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                readHeader();
                continue;
            }
            int inflated = inflate(into, offset, length);
            if (inflated > 0) {
                crc.update(into, offset, inflated);
                return inflated;
            }
            if (inflater.finished()) {
                readTrailer();
            }
        }
        return -1;
    }

    private int inflate(byte[] into, int offset, int length) throws IOException {
        try {
            if (inflater.needsInput() && !inflater.finished()) {
                requireMore();
                inflater.setInput(buffer, position, limit - position);
                position = limit;
            }
            int inflated = inflater.inflate(into, offset, length);
            if (inflated == 0 && inflater.needsDictionary()) {
                throw new ZipException("a preset dictionary, which gzip has none of");
            }
            return inflated;
        } catch (DataFormatException damaged) {
            throw new ZipException(
                    damaged.getMessage() == null ? "damaged data" : damaged.getMessage());
        }
    }

    /** A member's header, or the end where none follows. There is one at least. */
    private void readHeader() throws IOException {
        if (begun && !hasMore()) {
            ended = true;
            return;
        }
        if (readShort() != MAGIC || readByte() != DEFLATED) {
            throw new ZipException(begun ? "no gzip behind a member" : "not in gzip's format");
        }
        begun = true;
        int flags = readByte();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("reserved flags of gzip");
        }
        // Time, and two bytes of no use.
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(readShort());
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
    }

    private void readTrailer() throws IOException {
        // The trailer begins with the bytes of the buffer that the inflater has left.
        position = limit - inflater.getRemaining();
        long sum = readInt();
        long size = readInt();
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("a checksum that is not that of the data");
        }
        inMember = false;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            readByte();
        }
    }

    private void skipText() throws IOException {
        while (readByte() != 0) {
            // A name or a comment, up to its zero.
        }
    }

    private long readInt() throws IOException {
        return readShort() | ((long) readShort() << 16);
    }

    private int readShort() throws IOException {
        return readByte() | (readByte() << 8);
    }

    private int readByte() throws IOException {
        requireMore();
        return buffer[position++] & 0xFF;
    }

    private void requireMore() throws IOException {
        if (!hasMore()) {
            throw new EOFException("breaks off");
        }
    }

    private boolean hasMore() throws IOException {
        while (position == limit) {
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                return false;
            }
            position = 0;
            limit = read;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
