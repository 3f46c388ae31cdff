package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Stale;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class RowFramesTest {

    private static final Bytes KEY = Bytes.wrap(new byte[] {7});
    private static final byte[] VALUE = {1, 2, 3};

    private final List<Bytes> seen = new ArrayList<>();

    @Test
    void shouldBeReadAsTheyWereWritten() throws IOException {
        assertThat(read(written(2, 2, null))).isEqualTo(new Found<>(new RowCount(2)));
        assertThat(seen).containsExactly(KEY, KEY);
        assertThat(read(written(0, 0, 4L))).isEqualTo(new Stale<>(new RowCount(0), 4));
    }

    @Test
    void shouldNotBeReadWhereverTheyAreBrokenOff() throws IOException {
        byte[] whole = written(2, 2, null);

        for (int length = 0; length < whole.length; length++) {
            byte[] broken = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(broken)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldNotBeReadWhereTheyAreNotWhatWasSent() throws IOException {
        byte[] other = written(2, 3, null);
        assertThatThrownBy(() -> read(other)).hasMessage("2 rows (expected: 3)");

        byte[] tooLong = written(1, 1, null);
        tooLong[0] = 0x7f;
        assertThatThrownBy(() -> read(tooLong)).hasMessageStartingWith("row of 21");
    }

    private static byte[] written(int rows, long told, Long lag) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < rows; i++) {
            RowFrames.write(out, KEY, VALUE);
        }
        RowFrames.end(out, told, lag);
        return bytes.toByteArray();
    }

    private Answer<RowCount> read(byte[] bytes) throws IOException {
        return RowFrames.read(
                new DataInputStream(new ByteArrayInputStream(bytes)),
                (key, value) -> {
                    assertThat(value).isEqualTo(VALUE);
                    seen.add(key);
                });
    }
}
