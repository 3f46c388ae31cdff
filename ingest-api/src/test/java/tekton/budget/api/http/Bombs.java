package tekton.budget.api.http;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Bodies of at most 16 MiB that say 10 GiB, and what reading one costs. */
public final class Bombs {

    private static final long SAID = 10L << 30;
    private static final int PART = 1 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Bombs() {}

    /** What reads a body. */
    @FunctionalInterface
    public interface Reading {
        void read() throws IOException;
    }

    /** The bytes of the heap that it takes in all, those that it gives back included. */
    public static long allocated(Reading reading) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        reading.read();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** One member, whose deflated data goes on and on. */
    public static InputStream gzip(char filler) throws IOException {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(part(filler));
        byte[] buffer = new byte[PART];
        int length = deflater.deflate(buffer, 0, PART, Deflater.SYNC_FLUSH);
        deflater.end();
        byte[] header = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 0};
        return new SequenceInputStream(
                new ByteArrayInputStream(header),
                repeated(Arrays.copyOf(buffer, length), SAID / PART));
    }

    /** Many members, one after the other. */
    public static InputStream gzipMembers(char filler) throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
            gzip.write(part(filler));
        }
        return repeated(member.toByteArray(), SAID / PART);
    }

    /** One frame of blocks that repeat one byte, with the largest window that is taken. */
    public static InputStream zstd(char filler) {
        byte[] header = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (13 << 3)};
        // 128 KiB of one byte: not the last, type 1, size 1 << 17.
        int block = (1 << 1) | (1 << 17 << 3);
        byte[] repeats = {(byte) block, (byte) (block >> 8), (byte) (block >> 16), (byte) filler};
        return new SequenceInputStream(
                new ByteArrayInputStream(header), repeated(repeats, SAID >> 17));
    }

    /** Many frames, with one to be skipped before each. */
    public static InputStream zstdFrames(char filler) {
        byte[] frame = Zstd.compress(part(filler));
        byte[] skipped = skippedFrame(1_000);
        byte[] both = Arrays.copyOf(skipped, skipped.length + frame.length);
        System.arraycopy(frame, 0, both, skipped.length, frame.length);
        return repeated(both, SAID / PART);
    }

    /** A frame of zstd that means nothing. */
    static byte[] skippedFrame(int size) {
        byte[] frame = new byte[8 + size];
        frame[0] = 0x50;
        frame[1] = 0x2A;
        frame[2] = 0x4D;
        frame[3] = 0x18;
        frame[4] = (byte) size;
        frame[5] = (byte) (size >> 8);
        return frame;
    }

    /** The same bytes again and again. */
    static InputStream repeated(byte[] part, long times) {
        return new InputStream() {
            private long left = part.length * times;
            private int at;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (left == 0) {
                    return -1;
                }
                int count = (int) Math.min(left, Math.min(length, part.length - at));
                System.arraycopy(part, at, into, offset, count);
                at = (at + count) % part.length;
                left -= count;
                return count;
            }
        };
    }

    private static byte[] part(char filler) {
        byte[] part = new byte[PART];
        Arrays.fill(part, (byte) filler);
        return part;
    }
}
