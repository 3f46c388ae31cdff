package tekton.budget.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import tekton.budget.event.PricePublished;
import tekton.budget.event.UsageReported;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What holds of any prices and any record. The seed is the number of the repetition. */
class RatingPropertiesTest {

    private static final int RECORDS = 50;

    @RepeatedTest(100)
    void shouldChargeTokensInProportionWithinATier(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RateTable table = new RateTable(new RandomPrices(random).terms());
        for (int i = 0; i < RECORDS; i++) {
            UsageReported usage = new RandomPrices(random).usage();
            FlatRates rates = table.rates(usage.serviceTier(), usage.tokens().input());
            long factor = random.nextLong(1, 1_000);

            assertThat(
                            rates.inputCost(
                                    times(usage.tokens(), factor), times(usage.details(), factor)))
                    .isEqualTo(factor * rates.inputCost(usage.tokens(), usage.details()));
            assertThat(
                            rates.outputCost(
                                    times(usage.tokens(), factor), times(usage.details(), factor)))
                    .isEqualTo(factor * rates.outputCost(usage.tokens(), usage.details()));
        }
    }

    @RepeatedTest(100)
    void shouldAddUpToTheCharge(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RandomPrices prices = new RandomPrices(random);
        PriceBook book = PriceBook.of(prices.history());
        for (int i = 0; i < RECORDS; i++) {
            UsageReported usage = prices.usage();
            long atMs = random.nextLong(2 * RandomPrices.TIME_MAX);
            book.match(usage.provider(), usage.model(), atMs)
                    .ifPresent(
                            match ->
                                    assertThat(
                                                    match
                                                            .lines(
                                                                    usage.tokens(),
                                                                    usage.details(),
                                                                    usage.serviceTier())
                                                            .stream()
                                                            .map(ChargeLine::cost)
                                                            .reduce(Money.ZERO, Money::plus))
                                            .isEqualTo(book.charge(usage, atMs).total()));
        }
    }

    @RepeatedTest(100)
    void shouldNotAlterTheTimeBeforeAPriceChange(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RandomPrices prices = new RandomPrices(random);
        List<PricePublished> history = prices.history();
        long fromMs = random.nextLong(RandomPrices.TIME_MAX);
        List<PricePublished> changed = new ArrayList<>(history);
        changed.add(prices.price(fromMs));
        PriceBook before = PriceBook.of(history);
        PriceBook after = PriceBook.of(changed);
        for (int i = 0; i < RECORDS; i++) {
            UsageReported usage = prices.usage();
            long atMs = random.nextLong(fromMs + 1) - 1;

            assertThat(after.charge(usage, atMs)).isEqualTo(before.charge(usage, atMs));
        }
    }

    @RepeatedTest(100)
    void shouldNotAlterTheTimeBeforeAnOperatorEndsAPrice(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RandomPrices prices = new RandomPrices(random);
        List<PricePublished> history = prices.history();
        Optional<PricePublished> ending =
                history.stream().filter(price -> price.endsAt() == null).findFirst();
        if (ending.isEmpty()) {
            return;
        }
        long fromMs = ending.get().effectiveFrom().toEpochMilli();
        long endMs = fromMs + random.nextLong(RandomPrices.TIME_MAX);
        List<PricePublished> changed = new ArrayList<>(history);
        Collections.replaceAll(
                changed, ending.get(), ending.get().endedAt(Instant.ofEpochMilli(endMs)));
        PriceBook before = PriceBook.of(history);
        PriceBook after = PriceBook.of(changed);
        for (int i = 0; i < RECORDS; i++) {
            UsageReported usage = prices.usage();
            long atMs = random.nextLong(endMs + 1) - 1;

            assertThat(after.charge(usage, atMs)).isEqualTo(before.charge(usage, atMs));
        }
    }

    @RepeatedTest(100)
    void shouldFindTheSameWhateverWasAskedBeforeAndWhateverIsStamped(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RandomPrices prices = new RandomPrices(random);
        List<PricePublished> history = prices.history();
        PriceBook edge = PriceBook.of(history);
        Collections.shuffle(history, random);
        PriceBook topology = PriceBook.of(history);
        for (int i = 0; i < RECORDS; i++) {
            UsageReported usage = prices.usage();
            long atMs = random.nextLong(2 * RandomPrices.TIME_MAX);
            Charge answered = edge.charge(usage, atMs);
            UsageReported stamped = usage.stamped(atMs, answered.pricingVersion());

            assertThat(topology.charge(stamped, atMs)).isEqualTo(answered);
        }
    }

    @RepeatedTest(100)
    void shouldLetNobodyBesideAnOperatorsPrice(RepetitionInfo seed) {
        RandomPrices prices = new RandomPrices(new Random(seed.getCurrentRepetition()));
        PriceBook book = PriceBook.of(prices.history());
        for (PricePublished price : book.all()) {
            List<PriceSpan> spans = book.history(price.provider(), price.model());
            for (int i = 1; i < spans.size(); i++) {
                assertThat(spans.get(i).fromMs())
                        .isGreaterThanOrEqualTo(spans.get(i - 1).untilMs());
            }
            if (price.ofOperator()) {
                long fromMs = price.effectiveFrom().toEpochMilli();
                Instant endsAt = price.endsAt();
                boolean holds = endsAt == null || endsAt.isAfter(price.effectiveFrom());
                assertThat(
                                book.match(price.provider(), price.model(), fromMs)
                                        .map(match -> match.price().ofOperator()))
                        .as(price.versionId())
                        .isEqualTo(holds ? Optional.of(true) : ofOthers(book, price, fromMs));
            }
        }
    }

    private static Optional<Boolean> ofOthers(PriceBook book, PricePublished price, long atMs) {
        return book.match(price.provider(), price.model(), atMs)
                .map(match -> match.price().ofOperator());
    }

    private static TokenCounts times(TokenCounts tokens, long factor) {
        return new TokenCounts(
                tokens.input() * factor,
                tokens.output() * factor,
                tokens.cachedInput() * factor,
                tokens.cacheWrite() * factor,
                tokens.reasoning() * factor);
    }

    private static TokenDetails times(TokenDetails details, long factor) {
        return new TokenDetails(
                details.cacheWrite1h() * factor,
                details.audioInput() * factor,
                details.audioOutput() * factor,
                details.imageInput() * factor,
                details.imageOutput() * factor);
    }
}
