package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.pricing.Alternatives.Alternative;
import tekton.budget.value.Money;

import java.time.Instant;
import java.util.List;

class AlternativesTest {

    private static final long NOW = 1_000;

    private static final PriceBook BOOK =
            PriceBook.of(
                    List.of(
                            price("a", "opus", 15_000_000, 75_000_000, 0),
                            price("a", "not-yet", 0, 0, 60_000),
                            price("b", "cheap", 3_000_000, 15_000_000, 0),
                            price("a", "cheap", 3_000_000, 15_000_000, 0),
                            price("o", "free", 0, 0, 0),
                            price("e", "embedding", 10_000, 0, 0),
                            price("z", "same", 15_000_000, 75_000_000, 0),
                            price("z", "dear", 90_000_000, 90_000_000, 0),
                            price("y", "1", 4_000_000, 15_000_000, 0)));

    @Test
    void shouldNameStrictlyCheaperModelsCheapestFirst() {
        PriceMatch opus = BOOK.match("a", "opus", NOW).orElseThrow();

        List<Alternative> cheaper = Alternatives.cheaper(BOOK, opus, 250, 750, NOW);

        assertThat(cheaper)
                .extracting(AlternativesTest::name)
                .containsExactly("o/free", "a/cheap", "b/cheap", "y/1");
        assertThat(cheaper.get(1).cost()).isEqualTo(Money.parse("0.012"));
    }

    @Test
    void shouldRankEveryModelThatAnswersAndHasAPriceThen() {
        assertThat(Alternatives.ranked(BOOK, 250, 750, NOW))
                .extracting(AlternativesTest::name)
                .containsExactly(
                        "o/free", "a/cheap", "b/cheap", "y/1", "a/opus", "z/same", "z/dear");
    }

    @Test
    void shouldFindNothingCheaperThanFree() {
        PriceMatch free = BOOK.match("o", "free", NOW).orElseThrow();

        assertThat(Alternatives.cheaper(BOOK, free, 250, 750, NOW)).isEmpty();
    }

    private static String name(Alternative alternative) {
        PricePublished price = alternative.match().price();
        return price.provider() + '/' + price.model();
    }

    private static PricePublished price(
            String provider, String model, long input, long output, long fromMs) {
        return new PricePublished(
                provider,
                model,
                Instant.ofEpochMilli(fromMs),
                "test",
                Rates.of(input, output),
                true);
    }
}
