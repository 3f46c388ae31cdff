package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.named;
import static tekton.budget.api.LedgerApi.usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;

/** What became of one record, on a real broker. */
class StoryIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    @Test
    void shouldTellWhereItIsWhatItCostWhatItDrewOnAndWhatCameAgain() throws Exception {
        String allocation = id(api.granted(api.budget(), "ctx", 500, OPUS));
        String fields = ", \"record_id\": \"a/b\", \"cached_input_tokens\": 40" + named(allocation);
        String first = api.use("ctx", 100, 50, fields);
        String duplicate = api.use("ctx", 100, 50, fields);
        String conflict = api.use("ctx", 100, 51, fields);
        // Another record of the context, and the id in another context, are no repeats.
        api.use("ctx", 1, 1, ", \"record_id\": \"other\"");
        String last = api.use("elsewhere", 100, 50, ", \"record_id\": \"a/b\"");

        JsonNode story =
                api.read(
                        "/api/usage/records/a%2Fb/story?context_id=ctx",
                        first, duplicate, conflict, last);

        JsonNode log = story.get("log");
        assertThat(log.get("topic").stringValue()).isEqualTo("budget.usage");
        assertThat(place(log)).isEqualTo(first);
        assertThat(story.get("record"))
                .isEqualTo(api.read("/api/usage/records/a/b?context_id=ctx"));
        assertThat(story.get("price").get("model").stringValue())
                .isEqualTo("claude-3-opus-20240229");
        assertThat(story.get("price").get("provider").stringValue()).isEqualTo("anthropic");
        BigDecimal sum = story.get("request_cost").decimalValue();
        for (JsonNode part : story.get("breakdown")) {
            assertThat(part.get("rate").decimalValue().multiply(part.get("tokens").decimalValue()))
                    .isEqualByComparingTo(part.get("cost").decimalValue());
            sum = sum.add(part.get("cost").decimalValue());
        }
        assertThat(sum).isEqualByComparingTo(story.get("record").get("total_cost").decimalValue());
        assertThat(story.get("breakdown").valueStream().map(p -> p.get("class").stringValue()))
                .containsExactly("input", "cached_input", "output");
        assertThat(story.get("exact").booleanValue()).isTrue();
        assertThat(id(story.get("allocation"))).isEqualTo(allocation);
        assertThat(story.get("repeats").size()).isEqualTo(2);
        assertThat(story.get("repeats").get(0).get("kind").stringValue()).isEqualTo("duplicate");
        assertThat(place(story.get("repeats").get(0))).isEqualTo(duplicate);
        assertThat(story.get("repeats").get(1).get("kind").stringValue()).isEqualTo("conflict");
        assertThat(place(story.get("repeats").get(1))).isEqualTo(conflict);
        assertThat(story.get("repeats_complete").booleanValue()).isTrue();
        // In several contexts it has several stories.
        assertThat(api.http.get("/api/usage/records/a%2Fb/story").statusCode()).isEqualTo(409);
    }

    @Test
    void shouldTellWhatIsKnownWithoutAPrice() throws Exception {
        String position =
                LedgerApi.position(
                        api.http.post(
                                "/api/usage/record",
                                usage("new", 7, 3, ", \"record_id\": \"n/story\"")
                                        .replace("claude-3-opus-20240229", "nobody-knows")));

        JsonNode story = api.read("/api/usage/records/n%2Fstory/story", position);

        assertThat(story.get("price").isNull()).isTrue();
        assertThat(story.get("allocation").isNull()).isTrue();
        assertThat(story.get("repeats")).isEmpty();
        assertThat(story.get("breakdown").get(0).get("tokens").intValue()).isEqualTo(7);
        assertThat(story.get("breakdown").get(1).get("tokens").intValue()).isEqualTo(3);
        assertThat(story.get("breakdown").get(0).get("cost").isNull()).isTrue();
        // The record whose id ends like this path is not hidden by it.
        assertThat(
                        api.read("/api/usage/records/n%2Fstory", position)
                                .get("record_id")
                                .stringValue())
                .isEqualTo("n/story");
        assertThat(api.http.get("/api/usage/records/unknown/story").statusCode()).isEqualTo(404);
    }

    private static String place(JsonNode at) {
        return "usage-%d:%d"
                .formatted(at.get("partition").intValue(), at.get("offset").longValue());
    }
}
