package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class TimedStreamTest {

    @Test
    void shouldEndWithAFailureWhenTimeIsUp() throws Exception {
        AtomicLong now = new AtomicLong(5);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TimedStream timed = new TimedStream(out, Duration.ofSeconds(2), now::get)) {
            timed.write(new byte[] {1, 2});
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            timed.write(3);
            now.incrementAndGet();
            assertThatThrownBy(() -> timed.write(4))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("2 s");
        }
        assertThat(out.toByteArray()).containsExactly(1, 2, 3);
    }
}
