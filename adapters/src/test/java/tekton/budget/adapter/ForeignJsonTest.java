package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ForeignJsonTest {

    @Test
    void shouldGiveTheElementsOfAnArrayAsFarAsItCanBeRead() {
        assertThat(elements("[{\"a\": [1]}, 2, \"x\"]"))
                .containsExactly("{\"a\":[1]}", "2", "\"x\"");
        assertThat(elements("[1, 2")).containsExactly("1", "2");
        assertThat(elements("[1, }")).containsExactly("1");
        assertThat(elements("{\"a\": 1}")).isEmpty();
        assertThat(elements("[]")).isEmpty();
        assertThat(elements("")).isEmpty();
        assertThat(elements("[1e9999999999]")).isEmpty();
    }

    private static List<String> elements(String json) {
        List<String> elements = new ArrayList<>();
        ForeignJson.eachElement(json.getBytes(UTF_8), element -> elements.add(element.toString()));
        return elements;
    }
}
