package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

class GzipStreamTest {

    @Test
    void shouldReadWhatTheJdkWrites() throws Exception {
        Random random = new Random(17);
        for (int i = 0; i < 200; i++) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteArrayOutputStream members = new ByteArrayOutputStream();
            for (int member = random.nextInt(4); member >= 0; member--) {
                byte[] part = new byte[random.nextInt(30_000)];
                random.nextBytes(part);
                Arrays.fill(part, part.length / 2, part.length, (byte) 'x');
                all.writeBytes(part);
                members.writeBytes(gzip(part));
            }

            assertThat(read(members.toByteArray())).isEqualTo(all.toByteArray());
        }
    }

    @Test
    void shouldTakeNoPartOfABodyForAllOfIt() throws Exception {
        byte[] first = gzip("{\"a\"".getBytes(UTF_8));
        byte[] both = joined(first, gzip(": 1}".getBytes(UTF_8)));
        for (int length = 0; length < both.length; length++) {
            byte[] cut = Arrays.copyOf(both, length);
            if (length == first.length) {
                assertThat(read(cut)).isEqualTo("{\"a\"".getBytes(UTF_8));
            } else {
                assertThatExceptionOfType(IOException.class)
                        .as("%d bytes", length)
                        .isThrownBy(() -> read(cut));
            }
        }
    }

    @Test
    void shouldFindAnyChangedByteOfDataAndTrailer() throws Exception {
        byte[] whole = gzip("{\"a\": 1, \"b\": 2}".getBytes(UTF_8));
        for (int i = 10; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            assertThatExceptionOfType(IOException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> read(changed));
        }
    }

    @Test
    void shouldReadEveryFieldOfAHeader() throws Exception {
        byte[] plain = gzip("{}".getBytes(UTF_8));
        byte[] fields = {
            0x1F,
            (byte) 0x8B,
            8,
            0x1E,
            1,
            2,
            3,
            4,
            0,
            3, // all but the flag of text
            3,
            0,
            'e',
            'x',
            't',
            'n',
            0,
            'c',
            'o',
            0,
            1,
            2
        };
        byte[] all = joined(fields, Arrays.copyOfRange(plain, 10, plain.length));

        assertThat(read(joined(all, all))).isEqualTo("{}{}".getBytes(UTF_8));
        for (int wrong : new int[] {0, 1, 2, 3}) {
            byte[] changed = all.clone();
            changed[wrong] = (byte) 0xFF;
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(changed));
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(joined(plain, new byte[20])));
    }

    /** The JDK's stream calls itself for each. */
    @Test
    void shouldPassOverAnyNumberOfEmptyMembers() throws Exception {
        InputStream empty = Bombs.repeated(gzip(new byte[0]), 500_000);
        InputStream last = new ByteArrayInputStream(gzip("{}".getBytes(UTF_8)));

        try (InputStream in = new GzipStream(new SequenceInputStream(empty, last))) {
            assertThat(in.readAllBytes()).isEqualTo("{}".getBytes(UTF_8));
        }
    }

    private static byte[] read(byte[] body) throws IOException {
        try (InputStream in = new GzipStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
