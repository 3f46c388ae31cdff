package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The tools' schemas, and that arguments are judged as a validator of JSON Schema judges them. */
class ArgumentRulesTest {

    /** What {@link ArgumentRules} heeds, and what says nothing about validity. */
    private static final Set<String> KEYWORDS =
            Set.of(
                    "type",
                    "description",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "enum",
                    "items",
                    "maxItems",
                    "uniqueItems");

    private static JsonNode json(String text) {
        return Objects.requireNonNull(McpJson.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode input(String tool) {
        return Objects.requireNonNull(ToolCatalog.get().input(tool));
    }

    /** A promise to clients, which keep lists for an hour: names and hints, in this order. */
    @Test
    void shouldOfferTheseToolsAndHints() {
        assertThat(ToolCatalog.get().tools().valueStream())
                .extracting(
                        tool -> {
                            JsonNode hints = tool.get("annotations");
                            return "%s %s %s %s"
                                    .formatted(
                                            tool.get("name").asString(),
                                            hints.get("readOnlyHint"),
                                            hints.path("destructiveHint").asBoolean(false),
                                            hints.get("idempotentHint"));
                        })
                .containsExactly(
                        "check_budget true false true",
                        "get_budget_status true false true",
                        "get_usage true false true",
                        "usage_report true false true",
                        "estimate_cost true false true",
                        "recommend_models true false true",
                        "model_price true false true",
                        "list_alerts true false true",
                        "explain_refusal true false true",
                        "allocate_budget false false true",
                        "release_allocation false true true",
                        "record_usage false false true");
    }

    @Test
    void shouldDescribeEveryArgumentWithinWhatIsJudged() {
        for (JsonNode tool : ToolCatalog.get().tools()) {
            String name = tool.get("name").asString();
            JsonNode schema = tool.get("inputSchema");
            assertThat(Toolbox.has(name)).as(name).isTrue();
            assertThat(tool.get("title").asString()).as(name).isNotEmpty();
            assertThat(tool.get("description").asString().length()).as(name).isBetween(80, 700);
            assertThat(tool.at("/annotations/openWorldHint").asBoolean()).as(name).isFalse();
            assertThat(schema.get("additionalProperties").asBoolean()).as(name).isFalse();
            assertThat(tool.at("/outputSchema/type").asString()).as(name).isEqualTo("object");
            for (Map.Entry<String, JsonNode> argument : schema.get("properties").properties()) {
                String where = name + ' ' + argument.getKey();
                JsonNode rule = argument.getValue();
                assertThat(KEYWORDS).as(where).containsAll(rule.propertyNames());
                assertThat(rule.path("description").asString("")).as(where).isNotEmpty();
                switch (rule.get("type").asString()) {
                    case "string" ->
                            assertThat(rule.has("enum") || rule.has("maxLength"))
                                    .as(where)
                                    .isTrue();
                    case "integer" ->
                            assertThat(rule.has("minimum") && rule.has("maximum"))
                                    .as(where)
                                    .isTrue();
                    case "array" -> assertThat(rule.has("maxItems")).as(where).isTrue();
                    default -> assertThat(rule.get("type").asString()).isEqualTo("boolean");
                }
            }
        }
        assertThat(McpJson.bytes(ToolCatalog.get().tools()).length).isLessThan(40_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "check_budget | {\"tokens\":1}",
                "check_budget | {\"tokens\":1.0,\"budget_id\":\"a-b_C\"}",
                "check_budget | {}",
                "check_budget | {\"tokens\":0}",
                "check_budget | {\"tokens\":1.5}",
                "check_budget | {\"tokens\":\"1\"}",
                "check_budget | {\"tokens\":1000000001}",
                "check_budget | {\"tokens\":1,\"budget_id\":\"a.b\"}",
                "check_budget | {\"tokens\":1,\"budget_id\":\"\"}",
                "check_budget | {\"tokens\":1,\"tier\":\"heavy\"}",
                "check_budget | {\"tokens\":1,\"amount\":1}",
                "usage_report | {\"group_by\":[\"model\",\"day\"]}",
                "usage_report | {\"group_by\":[\"model\",\"model\"]}",
                "usage_report | {\"group_by\":[\"colour\"]}",
                "usage_report | {\"group_by\":\"model\"}",
                "usage_report | {\"group_by\":[]}",
                "recommend_models | {\"max_cost\":\"0.02\"}",
                "recommend_models | {\"max_cost\":\"1e5\"}",
                "list_alerts | {\"acknowledged\":true}",
                "list_alerts | {\"acknowledged\":\"true\"}",
                "get_usage | {\"dimension\":\"context\",\"id\":\"a/b c\"}",
            })
    void shouldJudgeAsAValidatorDoes(String tool, String arguments) {
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(input(tool));

        assertThat(ArgumentRules.problems(input(tool), json(arguments)).isEmpty())
                .isEqualTo(schema.validate(json(arguments)).isEmpty());
    }

    @Test
    void shouldSayWhatIsWrongAndWhatIsExpected() {
        List<String> problems =
                ArgumentRules.problems(
                        input("record_usage"),
                        json(
                                "{\"record_id\":\"a\\n"
                                    + "b\",\"model\":null,\"input_tokens\":1e999999999,\"cost\":1}"));

        assertThat(problems)
                .contains("provider: missing.", "model: missing.")
                .anyMatch(each -> each.contains("record_id") && each.contains("control character"))
                .anyMatch(each -> each.contains("input_tokens") && each.contains("an integer"))
                .anyMatch(each -> each.contains("\"cost\"") && each.contains("input_tokens"));
    }

    @Test
    void shouldStopAtManyProblems() {
        StringBuilder many = new StringBuilder("{\"tokens\":1");
        for (int i = 0; i < 1_000; i++) {
            many.append(",\"x").append(i).append("\":1");
        }
        assertThat(ArgumentRules.problems(input("check_budget"), json(many + "}"))).hasSize(10);
    }
}
