package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.Patience;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Looks at progress that end before Kafka is asked. */
class ReadProgressTest {

    @Test
    void shouldMakeNoClientAfterItWasClosed() {
        AtomicInteger made = new AtomicInteger();
        ReadProgress progress =
                progress(
                        () -> {
                            made.incrementAndGet();
                            throw new IllegalArgumentException("by a test");
                        });
        progress.close();

        assertThat(failure(progress))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("stopping");
        assertThat(made).hasValue(0);
    }

    @Test
    void shouldEndALookThatFailsByAnError() {
        try (ReadProgress progress =
                progress(
                        () -> {
                            throw new NoClassDefFoundError("by a test");
                        })) {

            assertThat(failure(progress))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
        }
    }

    private static ReadProgress progress(Supplier<Admin> admins) {
        return new ReadProgress(Map.of(), admins, _ -> Map.of(), InstantSource.system());
    }

    /** A machine that is busy may take longer than a person waits. */
    private static Throwable failure(ReadProgress progress) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Patience.await(
                () -> {
                    failure.set(catchThrowable(progress::read));
                    return !(failure.get() instanceof TimeoutException);
                });
        return failure.get();
    }
}
