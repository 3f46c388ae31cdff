package tekton.budget.adapter.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.Fixtures;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

/** Settings that say what fields of events mean. */
class EventMappingTest {

    @Test
    void shouldReadEventsAsASettingSays() throws Exception {
        EventMapping mapping =
                EventMapping.parse(
                        """
                        {"chat.done": {"model": "data.llm.name", "provider": "data.llm.host",
                           "input_tokens": "data.usage.in", "output_tokens": "data.usage.out",
                           "cached_input_tokens": "data.usage.hit", "reasoning_tokens": "data.usage.think",
                           "budget_id": "subject", "context_id": "data.session", "user_id": "tenant",
                           "component": "source", "task_type": "type", "operation_id": "traceparent"},
                         "prompt": null}\
                        """);
        Adapted adapted =
                CloudEventBodies.read(
                        Fixtures.utf8(
                                """
                                [{"specversion": "1.0", "type": "chat.done", "id": "1", "source": "s",
                                  "subject": "acme.com", "tenant": "t-1", "traceparent": "00-1-2-03",
                                  "data": {"llm": {"name": "m", "host": "p"}, "session": 42,
                                   "usage": {"in": "100", "out": 20, "hit": 30, "think": 5}}},
                                 {"specversion": "1.0", "type": "prompt", "id": "2", "source": "s"}]\
                                """),
                        null,
                        name -> null,
                        mapping,
                        Attribution.NONE);

        assertThat(adapted.rejected()).isEmpty();
        assertThat(adapted.ignored()).isEqualTo(1);
        JsonNode record = ForeignJson.read(adapted.calls().getFirst().toRecord(Fixtures.NOW));
        assertThat(record)
                .isEqualTo(
                        ForeignJson.read(
                                Fixtures.utf8(
                                        """
                                        {"record_id": "s|1", "context_id": "42", "component": "s",
                                         "provider": "p", "model": "m", "task_type": "chat.done",
                                         "budget_id": "acme_com", "input_tokens": 100,
                                         "output_tokens": 20, "cached_input_tokens": 30,
                                         "reasoning_tokens": 5, "operation_id": "00-1-2-03",
                                         "user_id": "t-1",
                                         "metadata": {"whole_budget_id": "acme.com"}}\
                                        """)));
    }

    @Test
    void shouldKeepTheDefaultBesideOthers() {
        EventMapping mapping =
                EventMapping.parse("{\"x\": {\"model\": \"data.m\", \"tokens\": \"data.t\"}}");

        assertThat(mapping.types().keySet())
                .containsExactlyInAnyOrder("x", "prompt", "ai-tokens", "tokens", "litellm_tokens");
        assertThat(EventMapping.parse("{}")).isEqualTo(EventMapping.DEFAULT);
        assertThatThrownBy(() -> mapping.types().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{ | event mapping: body: not JSON",
                "[] | event mapping: [] (expected: a JSON object from types)",
                "{\"\": {}} | event mapping: \"\" (expected: an event's type that is not Budget's"
                        + " own)",
                "{\"com.tekton.budget.usage.v1\": {}} | event mapping:"
                        + " \"com.tekton.budget.usage.v1\" (exp",
                "{\"x\": 1} | event mapping, x: 1 (expected: a JSON object from fields, or null)",
                "{\"x\": {}} | event mapping, x: nothing to count (expected: tokens, or else",
                "{\"x\": {\"tokens\": \"data.t\", \"input_tokens\": \"data.i\"}} | x: two ways to"
                        + " count (expected",
                "{\"x\": {\"tokens\": \"data.t\"}} | event mapping, x: no model (expected: a path"
                        + " for model)",
                "{\"x\": {\"modle\": \"data.m\"}} | event mapping, x: \"modle\" (expected: one of"
                        + " the fields model, provider,",
                "{\"x\": {\"model\": 1}} | event mapping, x.model: 1 (expected: a CloudEvents"
                        + " attribute such as",
                "{\"x\": {\"model\": \"data\"}} | event mapping, x.model: \"data\" (expected: a"
                        + " CloudEvents",
                "{\"x\": {\"model\": \"data..m\"}} | event mapping, x.model: \"data..m\" (expected:"
                        + " a CloudEv",
                "{\"x\": {\"model\": \"a b\"}} | event mapping, x.model: \"a b\" (expected: a"
                        + " CloudEvents",
                "{\"x\": {\"model\": \"data.a.b.c.d.e.f.g.h.i\"}} | event mapping, x.model:"
                        + " \"data.a.b.c.d.e.f.g.h.i\" (exp",
                "{\"x\": {\"model\": \"data.m\", \"input_tokens\": \"data.i\", \"direction\":"
                    + " \"data.d\"}} | x: \"direction\" (expected: direction only beside tokens)"
            })
    void shouldSayWhatIsWrongWithASetting(String json, String message) {
        assertThatThrownBy(() -> EventMapping.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseAMappingOfTooManyTypes() {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 98; i++) {
            json.append("\"t%d\": {\"model\": \"data.m\", \"tokens\": \"data.t\"},".formatted(i));
        }
        assertThatThrownBy(() -> EventMapping.parse(json.append("\"prompt\": null}").toString()))
                .hasMessage("event mapping: 101 types (expected: at most 100)");
    }
}
