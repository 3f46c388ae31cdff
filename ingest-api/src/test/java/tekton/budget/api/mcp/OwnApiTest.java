package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.Patience;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What one caller may have of the own API: some of its turns, for some time. */
class OwnApiTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    private final OwnApi own = new OwnApi(null);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private FakeOwnApi api;

    @BeforeEach
    void start() throws Exception {
        api = new FakeOwnApi("{}");
    }

    @AfterEach
    void stop() {
        own.close();
        api.close();
        threads.close();
    }

    private OwnAnswer ask(String caller, String path, Duration time) throws Exception {
        return own.ask(api.caller(caller, time), path, McpJson.object(), Map.of());
    }

    @Test
    void shouldAnswerOthersWhileOneCallerHasAllItsTurns() throws Exception {
        for (int i = 0; i < OwnApi.CALLS_OF_CALLER_MAX; i++) {
            var _ = threads.submit(() -> ask("a", FakeOwnApi.SILENT, Patience.LIMIT));
        }
        Patience.await(() -> api.sent.size() == OwnApi.CALLS_OF_CALLER_MAX);

        assertThatThrownBy(() -> ask("a", "/", SHORT))
                .isInstanceOf(ToolRefusedException.class)
                .hasMessageContaining("Too many tools are at work");
        assertThat(ask("b", "/", Patience.LIMIT).done()).isTrue();
    }

    @Test
    void shouldNotBeginWhatIsBehindTheCallersTime() {
        assertThatThrownBy(() -> ask("a", "/", Duration.ZERO))
                .isInstanceOf(ToolRefusedException.class)
                .hasMessageContaining("No answer came within 35 s");
        assertThat(api.sent).isEmpty();
    }

    @Test
    void shouldWaitNoLongerThanTheCallersTime() {
        assertThatThrownBy(() -> ask("a", FakeOwnApi.SILENT, SHORT))
                .isInstanceOf(ToolRefusedException.class)
                .hasMessageContaining("No answer came within 35 s");
    }
}
