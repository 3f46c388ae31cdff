package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The parts of large documents that are kept. */
class SparseJsonTest {

    private static final SparseJson SPARSE = new SparseJson(Set.of("a", "m.u", "m.n.x"), 40);

    @Test
    void shouldKeepOnlyWhatStandsAtItsPaths() throws Exception {
        assertThat(
                        read(
                                """
                                {"z": {"a": 1}, "a": 1.50, "m": {"a": 2, "u": {"b": [1, null]}, "n": {"x": true}},
                                 "m.u": 3}\
                                """))
                .containsExactly(
                        json(
                                "{\"a\": \"1.50\", \"m\": {\"u\": {\"b\": [1, null]}, \"n\":"
                                        + " {\"x\": true}}}"));
    }

    @Test
    void shouldFindTreesBehindTextsOfManyBytes() throws Exception {
        assertThat(read("\uFEFF[{\"€\": \"😀\\u00e9\", \"a\": {\"ü\": \"€\"}}, {\"a\": [2]}]"))
                .containsExactly(json("{\"a\": {\"ü\": \"€\"}}"), json("{\"a\": [2]}"));
        byte[] within = Fixtures.utf8("xxx{\"b\":0,\"a\":{\"c\":1}}yyy");
        List<JsonNode> read = new ArrayList<>();
        SPARSE.each(within, 3, within.length - 6, 1, read::add);
        assertThat(read).containsExactly(json("{\"a\": {\"c\": 1}}"));
    }

    @Test
    void shouldTakeWhatIsTooLargeForAbsent() throws Exception {
        String text = "x".repeat(41);
        assertThat(
                        read(
                                "[{\"a\": \""
                                        + text
                                        + "\"}, {\"a\": [\""
                                        + text
                                        + "\"]}, {\"a\": 1"
                                        + "0".repeat(64)
                                        + "}, {\"a\": [1e9999999999]}]"))
                .containsExactly(json("{}"), json("{}"), json("{}"), json("{}"));
    }

    @Test
    void shouldGiveWhatIsNoObject() throws Exception {
        assertThat(read("[null, 1, [{\"a\": 1}], true]"))
                .containsExactly(json("null"), json("\"1\""), json("[]"), json("true"));
        assertThat(read("{\"a\": NaN}")).containsExactly(json("{\"a\": \"NaN\"}"));
    }

    @Test
    void shouldSayWhatIsWrongWithADocument() {
        assertThatThrownBy(() -> read(" ")).hasMessageContaining("body: empty");
        assertThatThrownBy(() -> read("{} {}")).hasMessageContaining("more data behind");
        assertThatThrownBy(() -> read("[{},{},{},{},{},{}]"))
                .hasMessageContaining("at most 5 elements");
        assertThatThrownBy(() -> read("{\"a\": 1"))
                .isInstanceOf(ForeignFormatException.class)
                .hasMessageContaining("body: not JSON");
        assertThatThrownBy(() -> read("{\u0000\"\u0000}\u0000")).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> read("[".repeat(10_000))).hasMessageContaining("not JSON");
    }

    private static List<JsonNode> read(String json) throws ForeignFormatException {
        List<JsonNode> read = new ArrayList<>();
        byte[] bytes = Fixtures.utf8(json);
        SPARSE.each(bytes, 0, bytes.length, 5, read::add);
        return read;
    }

    private static JsonNode json(String json) throws ForeignFormatException {
        return ForeignJson.read(Fixtures.utf8(json));
    }
}
