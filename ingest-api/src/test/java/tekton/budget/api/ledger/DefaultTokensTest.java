package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultTokensTest {

    @ParameterizedTest
    @CsvSource({
        ", 1, 1000",
        ", 5, 2000",
        "default, 8, 4000",
        "default, 10, 8000",
        "chat, 1, 2000",
        "Chat, 10, 16000",
        "coding, 5, 8000",
        "analysis, 8, 16000",
        "embedding, 1, 10000",
        "embedding, 10, 100000",
        "unheard-of, 10, 8000",
        "chat, 7, 4000",
    })
    void shouldKeepTektonsTable(String taskType, int priority, long tokens) {
        assertThat(DefaultTokens.of(taskType, priority)).isEqualTo(tokens);
    }
}
