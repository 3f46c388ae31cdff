package tekton.budget.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;

class UntilConnectedTest {

    @Test
    void shouldTryAgainWhateverFailed() throws Exception {
        Deque<Exception> failures =
                new ArrayDeque<>(
                        List.of(
                                new TimeoutException("no broker"),
                                new IllegalStateException("a topic that differs"),
                                new NullPointerException()));

        String result =
                UntilConnected.connect(
                        "nowhere:1",
                        () -> {
                            if (!failures.isEmpty()) {
                                throw failures.pop();
                            }
                            return "connected";
                        });

        assertThat(result).isEqualTo("connected");
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldEndWhenItIsInterrupted() {
        InterruptedException stop = new InterruptedException();
        assertThatThrownBy(
                        () ->
                                UntilConnected.connect(
                                        "nowhere:1",
                                        () -> {
                                            throw stop;
                                        }))
                .isSameAs(stop);

        assertThatThrownBy(
                        () ->
                                UntilConnected.connect(
                                        "nowhere:1",
                                        () -> {
                                            Thread.currentThread().interrupt();
                                            throw new TimeoutException("no broker");
                                        }))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldTellABrokerThatIsWaitedForFromAFault() {
        for (Exception passing :
                new Exception[] {
                    new TimeoutException("no broker"),
                    new java.util.concurrent.TimeoutException("not read in time"),
                    new ExecutionException(new TopicAuthorizationException("budget.usage"))
                }) {
            assertThat(UntilConnected.passes(UntilConnected.failure(passing)))
                    .as("%s", passing)
                    .isTrue();
        }
        for (Exception fault :
                new Exception[] {
                    new IllegalStateException("a topic that differs"),
                    new ExecutionException(new NullPointerException()),
                    new IOException("no directory")
                }) {
            assertThat(UntilConnected.passes(UntilConnected.failure(fault)))
                    .as("%s", fault)
                    .isFalse();
        }
    }
}
