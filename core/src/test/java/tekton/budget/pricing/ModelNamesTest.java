package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

class ModelNamesTest {

    private static final PriceBook BOOK =
            PriceBook.of(
                    Stream.of(
                                    "anthropic/claude-3-opus-20240229",
                                    "anthropic/claude-3-5-sonnet-20240620",
                                    "anthropic/claude-3-5-sonnet-20241022",
                                    "anthropic/claude-opus-4-20250514",
                                    "anthropic/claude-opus-4-5",
                                    "openai/gpt-4o",
                                    "openai/gpt-4o-2024-05-13",
                                    "openai/gpt-4o-mini-2024-07-18",
                                    "openai/gpt-4",
                                    "google/gemini-2.5-pro",
                                    "cohere/command-r",
                                    "mistral/mistral-large-latest",
                                    "bedrock/anthropic.claude-3-opus-20240229-v1:0",
                                    "azure/gpt-4o",
                                    "openrouter/meta-llama/llama-3.1-8b-instruct",
                                    "openrouter/meta-llama/llama-3.1-8b-instruct:free",
                                    "groq/llama-3.1-8b-instant",
                                    "ollama/llama3")
                            .map(name -> price(name, 0))
                            .toList());

    @ParameterizedTest
    @CsvSource({
        // Written as the list writes it.
        "openai, gpt-4o, exact, openai/gpt-4o",
        "openai, gpt-4o-2024-05-13, exact, openai/gpt-4o-2024-05-13",
        "openrouter, meta-llama/llama-3.1-8b-instruct:free, exact,"
                + " openrouter/meta-llama/llama-3.1-8b-instruct:free",
        // The same model, spelled otherwise.
        "OpenAI, gpt-4o, alias, openai/gpt-4o",
        "openai, GPT-4o, alias, openai/gpt-4o",
        "gemini, gemini-2.5-pro, alias, google/gemini-2.5-pro",
        "anthropic, claude-3-opus@20240229, alias, anthropic/claude-3-opus-20240229",
        "anthropic, claude-3.5-sonnet-20240620, alias, anthropic/claude-3-5-sonnet-20240620",
        "anthropic, claude-opus-4.5, alias, anthropic/claude-opus-4-5",
        "anthropic, claude-opus-4-5-latest, alias, anthropic/claude-opus-4-5",
        "anthropic, claude-opus-4-5@default, alias, anthropic/claude-opus-4-5",
        "anthropic, claude-opus-4-0, alias, anthropic/claude-opus-4-20250514",
        "openai, gpt-4o-20240513, alias, openai/gpt-4o-2024-05-13",
        "ollama, llama3:latest, alias, ollama/llama3",
        "openrouter, meta-llama/llama-3.1-8b-instruct:nitro, alias,"
                + " openrouter/meta-llama/llama-3.1-8b-instruct",
        // With or without the date of a version.
        "openai, gpt-4o-2024-08-06, dated, openai/gpt-4o",
        "openai, gpt-4-0613, dated, openai/gpt-4",
        "cohere, command-r-08-2024, dated, cohere/command-r",
        "openai, gpt-4o-mini, dated, openai/gpt-4o-mini-2024-07-18",
        "anthropic, claude-3-5-sonnet, dated, anthropic/claude-3-5-sonnet-20241022",
        "anthropic, claude-3-5-sonnet-latest, dated, anthropic/claude-3-5-sonnet-20241022",
        "anthropic, claude-3.5-sonnet, dated, anthropic/claude-3-5-sonnet-20241022",
        // The prefix says who serves.
        "anthropic, anthropic/claude-3-opus-20240229, prefix, anthropic/claude-3-opus-20240229",
        "openrouter, anthropic/claude-3-opus, prefix, anthropic/claude-3-opus-20240229",
        "openrouter, anthropic/claude-opus-4.5, prefix, anthropic/claude-opus-4-5",
        "openrouter, openai/gpt-4o:floor, prefix, openai/gpt-4o",
        "litellm, openrouter/anthropic/claude-opus-4.5, prefix, anthropic/claude-opus-4-5",
        "litellm, groq/llama-3.1-8b-instant, prefix, groq/llama-3.1-8b-instant",
        "anthropic, bedrock/anthropic.claude-3-opus-20240229-v1:0, prefix,"
                + " bedrock/anthropic.claude-3-opus-20240229-v1:0",
        "openai, azure/gpt-4o-2024-08-06, prefix, azure/gpt-4o",
    })
    void shouldFindTheModelThatANameStandsFor(
            String provider, String model, String by, String found) {
        assertThat(BOOK.match(provider, model, 0))
                .hasValueSatisfying(
                        match -> {
                            PricePublished price = match.price();
                            assertThat(price.provider() + '/' + price.model()).isEqualTo(found);
                            assertThat(match.by().wireName()).isEqualTo(by);
                        });
    }

    @ParameterizedTest
    @CsvSource({
        // A variant with a price of its own.
        "openrouter, anthropic/claude-opus-4-5:free",
        "openrouter, meta-llama/llama-3.1-8b-instruct:extended",
        "openai, gpt-4o:floor",
        // Another snapshot, another size, another model.
        "openai, gpt-4o-mini-2025-01-01",
        "anthropic, claude-3-opus-20240307",
        "openai, gpt-4o-audio-preview",
        "openai, chatgpt-4o-latest",
        "openai, gpt-4-32k",
        "openai, gpt-4-9999",
        "anthropic, claude-3-sonnet",
        // A host that keeps the maker's name has its own price.
        "groq, openai/gpt-4o",
        "together_ai, anthropic/claude-opus-4-5",
        "bedrock, openai/gpt-4o",
        // Nothing but punctuation.
        "openai, -latest",
        "openai, /",
        "openai, openai/",
        "openai, /gpt-4o",
        "openai, 2024-08-06",
        "openai, -2024-08-06",
        "nobody, nothing",
    })
    void shouldNotTakeAnotherModelForTheSame(String provider, String model) {
        assertThat(BOOK.match(provider, model, 0)).isEmpty();
    }

    @Test
    void shouldFollowPrefixesOnlySoFar() {
        assertThat(BOOK.match("litellm", "litellm/openrouter/openai/gpt-4o", 0)).isPresent();
        assertThat(BOOK.match("litellm", "litellm/".repeat(30) + "openai/gpt-4o", 0)).isEmpty();
    }

    @Test
    void shouldUseAnotherNameUntilTheModelIsListedUnderItsOwn() {
        PriceBook listedLater =
                PriceBook.of(
                        List.of(
                                price("openai/gpt-4o", 0),
                                price("openai/gpt-4o-2024-08-06", 1_000)));

        assertThat(by(listedLater, "gpt-4o-2024-08-06", 999)).isEqualTo(MatchedBy.DATED);
        assertThat(by(listedLater, "gpt-4o-2024-08-06", 1_000)).isEqualTo(MatchedBy.EXACT);
    }

    @Test
    void shouldTakeTheNewestSnapshotThatHasAPriceThen() {
        PriceBook book =
                PriceBook.of(
                        List.of(
                                price("openai/o9-2026-01-01", 0),
                                price("openai/o9-2026-06-01", 1_000)));

        assertThat(book.match("openai", "o9", 999).orElseThrow().price().model())
                .isEqualTo("o9-2026-01-01");
        assertThat(book.match("openai", "o9", 1_000).orElseThrow().price().model())
                .isEqualTo("o9-2026-06-01");
    }

    @Test
    void shouldStayRightWhateverHowManyNamesAreInvented() {
        for (int i = 0; i < 25_000; i++) {
            assertThat(BOOK.match("openai", "invented-" + i, 0)).isEmpty();
        }
        assertThat(by(BOOK, "gpt-4o-2024-08-06", 0)).isEqualTo(MatchedBy.DATED);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-2024-08-06, gpt-4o, 20240806",
        "claude-3-opus-20240229, claude-3-opus, 20240229",
        "claude-3-opus@20240229, claude-3-opus, 20240229",
        "command-r-plus-08-2024, command-r-plus, 0",
        "gpt-3.5-turbo-0125, gpt-3.5-turbo, 0",
        "mistral-large-2411, mistral-large, 0",
    })
    void shouldKnowADate(String name, String base, int day) {
        assertThat(DatedName.of(name)).isEqualTo(new DatedName(base, day));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o",
        "gpt-4o-2024-13-06",
        "gpt-4o-2024-00-06",
        "model-19991231",
        "model-4096",
        "model-8192",
        "model-123",
        "model20240229",
        "-20240229",
        "20240229",
        "2024-08-06",
    })
    void shouldNotTakeAnyNumberForADate(String name) {
        assertThat(DatedName.of(name)).isNull();
    }

    private static MatchedBy by(PriceBook book, String model, long atMs) {
        return book.match("openai", model, atMs).orElseThrow().by();
    }

    private static PricePublished price(String name, long fromMs) {
        int slash = name.indexOf('/');
        return new PricePublished(
                name.substring(0, slash),
                name.substring(slash + 1),
                Instant.ofEpochMilli(fromMs),
                "test",
                Rates.of(1, 2),
                true);
    }
}
