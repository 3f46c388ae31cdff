package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.PricePublished;
import tekton.budget.event.RateClass;
import tekton.budget.event.TotalsFeed;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.Holds;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.Totals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Random price books, random grants under hard cost limits, and usage within what was granted,
 * charged as rating charges it: a limit is never exceeded, nothing is flagged, and what is within
 * the bound is granted. The bound is found by asking rating for every class, service tier and size.
 * Other books than the usual: {@code -Dhold.model.seed=4711 -Dhold.model.books=10000}.
 */
class HoldModelTest {

    private static final long SEED = Long.getLong("hold.model.seed", 20_260_501L);

    private static final int BOOKS = Integer.getInteger("hold.model.books", 200);

    private static final long START = Instant.parse("2026-05-04T08:00:00Z").toEpochMilli();

    @Test
    void shouldNeverSpendMoreThanWasHeldNorHoldMoreThanMayBeSpent() {
        Map<String, Integer> outcomes = new HashMap<>();
        for (int i = 0; i < BOOKS; i++) {
            Run run = new Run(SEED + i);
            try {
                run.go();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dhold.model.seed=%d -Dhold.model.books=1".formatted(SEED + i), e);
            }
            run.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        }
        assertThat(outcomes).containsKeys("granted", "refused", "open granted", "exhausted", "fee");
    }

    /** One book, one budget, one history. */
    private static final class Run {

        private final Random random;
        private final PriceBook book;
        private final RowsInMemory rows = new RowsInMemory();
        private final Ledger ledger = new Ledger(rows);
        private final List<Grant> grants = new ArrayList<>();
        private final Map<String, Integer> outcomes = new HashMap<>();
        private final long[] boundaries;
        private long now = START;
        private int requests;

        private record Grant(String id, Holds.HoldRequest wanted, String context) {}

        private Run(long seed) {
            random = new Random(seed);
            List<PricePublished> prices = RandomPrices.book(random, START);
            book = PriceBook.of(prices);
            boundaries = prices.stream().mapToLong(p -> p.effectiveFrom().toEpochMilli()).toArray();
            ledger.request(
                    new CreateBudget(head(), "team", null, null, "UTC", Metadata.NONE, false), now);
            limit(Period.DAILY, Scope.ANY);
            limit(Period.MONTHLY, new Scope(null, RandomPrices.provider(random), null, null));
            limit(Period.DAILY, new Scope(RandomPrices.tier(random), null, null, null));
            limit(
                    Period.WEEKLY,
                    new Scope(
                            RandomPrices.tier(random), RandomPrices.provider(random), null, null));
            limit(Period.PER_SESSION, new Scope(null, RandomPrices.provider(random), null, null));
        }

        private RequestHead head() {
            return new RequestHead("r" + requests++, "team", null);
        }

        private void limit(Period period, Scope scope) {
            Money cost = Money.ofPico(random.nextInt(40_000));
            ledger.request(
                    new PutPolicy(
                            head(),
                            "team.p" + requests,
                            PolicyType.HARD_LIMIT,
                            period,
                            scope,
                            null,
                            cost,
                            Policy.WARNING_PPM_DEFAULT,
                            Policy.ACTION_PPM_DEFAULT,
                            true,
                            Metadata.NONE),
                    now);
        }

        private void go() {
            for (int step = 0; step < 60; step++) {
                if (random.nextInt(3) == 0) {
                    allocate();
                } else if (!grants.isEmpty()) {
                    use(grants.get(random.nextInt(grants.size())));
                }
                now += random.nextLong(600_000);
                ledger.tick(now, 1_000);
                check();
            }
        }

        private void check() {
            for (Policy policy : rows.policies("team")) {
                Money limit = Objects.requireNonNull(policy.costLimit());
                for (String context : List.of("c0", "c1")) {
                    Commitment counted = counting(context).of(policy);
                    Money total = counted.used().cost().plus(counted.reserved().cost());
                    assertThat(total).as("spent and held of %s", policy).isLessThanOrEqualTo(limit);
                }
            }
        }

        private LimitUsage counting(String context) {
            return new LimitUsage(rows, Objects.requireNonNull(rows.budget("team")), context, now);
        }

        // Grants

        private void allocate() {
            String provider = random.nextBoolean() ? RandomPrices.provider(random) : null;
            String model = random.nextBoolean() ? RandomPrices.model(random) : null;
            Tier sent = random.nextInt(3) == 0 ? RandomPrices.tier(random) : null;
            ServiceTier serviceTier =
                    random.nextInt(3) == 0 ? RandomPrices.serviceTier(random) : null;
            long tokens = 1 + random.nextLong(120);
            Long most = random.nextBoolean() ? null : Long.valueOf(1 + random.nextInt(4));
            long expires = now + Duration.ofHours(1 + random.nextInt(4)).toMillis();
            var wanted = new Holds.HoldRequest(provider, model, sent, serviceTier, tokens);
            HoldPrice price = Holds.of(book, wanted, now, expires);
            String context = "c" + random.nextInt(2);
            RequestHead head = head();
            var request =
                    new Allocate(
                            head,
                            "team." + head.requestId(),
                            context,
                            new Scope(tier(sent, provider, model), provider, "component", "task"),
                            model,
                            5,
                            tokens,
                            price,
                            expires,
                            Metadata.NONE,
                            serviceTier,
                            most);
            boolean fits = price != null && fits(request, wanted, most == null ? 1 : most);

            List<LedgerEvent> events = ledger.request(request, now);

            LedgerDecision decision = Scene.only(LedgerDecision.class, events).getLast();
            assertThat(decision instanceof AllocationGranted)
                    .as("%s is within its bound: %s", request, decision)
                    .isEqualTo(fits);
            outcomes.merge(fits ? "granted" : "refused", 1, Integer::sum);
            if (fits) {
                grants.add(new Grant(request.allocationId(), wanted, context));
                if (provider == null || model == null) {
                    outcomes.merge("open granted", 1, Integer::sum);
                }
            }
        }

        private boolean fits(Allocate request, Holds.HoldRequest wanted, long most) {
            long until = Objects.requireNonNull(request.expiresAtMs());
            for (Policy policy : rows.policies("team")) {
                if (!policy.scope().mayCover(request.scope())) {
                    continue;
                }
                Scope within = policy.period() == Period.PER_SESSION ? Scope.ANY : policy.scope();
                Money bound = bound(allowed(wanted, within), wanted, most, until);
                Commitment counted = counting(request.contextId()).of(policy);
                Money total = counted.used().cost().plus(counted.reserved().cost()).plus(bound);
                if (!bound.equals(Money.ZERO)
                        && total.compareTo(Objects.requireNonNull(policy.costLimit())) > 0) {
                    return false;
                }
            }
            return true;
        }

        private static @Nullable Tier tier(
                @Nullable Tier sent, @Nullable String provider, @Nullable String model) {
            if (sent != null || model == null) {
                return sent;
            }
            return provider == null
                    ? Tier.ofModel(model).orElse(null)
                    : Tier.infer(provider, model);
        }

        // What may be used, and what rating charges for it at most

        private record Model(String provider, String name) {}

        /**
         * The models that a request allows, under a limit of that scope as far as that is known.
         */
        private List<Model> allowed(Holds.HoldRequest wanted, Scope limit) {
            List<Model> models = new ArrayList<>();
            for (String provider : RandomPrices.PROVIDERS) {
                for (String name : RandomPrices.MODELS) {
                    boolean asked =
                            (wanted.provider() == null || wanted.provider().equals(provider))
                                    && (wanted.model() == null || wanted.model().equals(name));
                    if (asked && book.match(provider, name, now).isPresent()) {
                        models.add(new Model(provider, name));
                    }
                }
            }
            if (wanted.provider() != null && wanted.model() != null) {
                return models;
            }
            List<Model> asked = ofTier(models, wanted.tier());
            List<Model> served =
                    asked.stream()
                            .filter(
                                    m ->
                                            limit.provider() == null
                                                    || m.provider().equals(limit.provider()))
                            .toList();
            return ofTier(
                    served.isEmpty() ? asked : served, served.isEmpty() ? null : limit.tier());
        }

        private static List<Model> ofTier(List<Model> models, @Nullable Tier tier) {
            List<Model> found =
                    models.stream()
                            .filter(m -> Tier.infer(m.provider(), m.name()) == tier)
                            .toList();
            return tier == null || found.isEmpty() ? models : found;
        }

        private Money bound(List<Model> models, Holds.HoldRequest wanted, long most, long untilMs) {
            long fee = 0;
            long token = 0;
            long ordinary = 0;
            for (Model model : models) {
                List<ChargeLine> all = lines(model, wanted, untilMs);
                fee = Math.max(fee, dearest(all, RandomPrices.FEE));
                token = Math.max(token, dearest(all, RandomPrices.TOKENS));
                ordinary =
                        Math.max(
                                ordinary,
                                dearest(of(model, wanted, untilMs, 1), RandomPrices.TOKENS));
            }
            long tokens = wanted.tokens();
            Money fees = Money.ofPico(fee * most);
            if (wanted.provider() == null || wanted.model() == null) {
                return Money.ofPico(token * tokens).plus(fees);
            }
            long bound = ordinary * tokens;
            long soFar = ordinary;
            for (long above : RandomPrices.SIZES) {
                if (above < tokens) {
                    List<ChargeLine> there = of(models.getFirst(), wanted, untilMs, above + 1);
                    soFar = Math.max(soFar, dearest(there, RandomPrices.TOKENS));
                    long input = dearest(there, RandomPrices.INPUT);
                    bound = Math.max(bound, input * (above + 1) + soFar * (tokens - above - 1));
                }
            }
            return Money.ofPico(bound).plus(fees);
        }

        private static long dearest(List<ChargeLine> lines, Set<RateClass> classes) {
            return lines.stream()
                    .filter(line -> classes.contains(line.rateClass()))
                    .mapToLong(ChargeLine::ratePico)
                    .max()
                    .orElse(0);
        }

        /** What rating charges at any size that the tokens reach. */
        private List<ChargeLine> lines(Model model, Holds.HoldRequest wanted, long untilMs) {
            List<ChargeLine> lines = new ArrayList<>(of(model, wanted, untilMs, 1));
            for (long above : RandomPrices.SIZES) {
                if (above < wanted.tokens()) {
                    lines.addAll(of(model, wanted, untilMs, above + 1));
                }
            }
            return lines;
        }

        /** What rating charges for every class, of a request with so much input. */
        private List<ChargeLine> of(
                Model model, Holds.HoldRequest wanted, long untilMs, long input) {
            List<Long> instants = new ArrayList<>(List.of(now));
            long skewMs = Duration.ofMinutes(5).toMillis();
            for (long boundary : boundaries) {
                if (boundary > now - skewMs && boundary <= untilMs + skewMs) {
                    instants.add(boundary);
                    instants.add(Math.max(now - skewMs, boundary - 1));
                }
            }
            List<ChargeLine> lines = new ArrayList<>();
            for (long atMs : instants) {
                PriceMatch match = book.match(model.provider(), model.name(), atMs).orElseThrow();
                for (ServiceTier tier : tiers(wanted)) {
                    for (RateClass each : RateClass.values()) {
                        lines.addAll(RandomPrices.lines(match, each, input, tier));
                    }
                }
            }
            return lines;
        }

        private static List<ServiceTier> tiers(Holds.HoldRequest wanted) {
            return wanted.serviceTier() == null
                    ? List.of(ServiceTier.values())
                    : List.of(wanted.serviceTier());
        }

        // Usage

        private void use(Grant grant) {
            Allocation allocation = Objects.requireNonNull(rows.allocation(grant.id()));
            List<Model> models = allowed(grant.wanted(), Scope.ANY);
            long left = allocation.requestsMax() - allocation.requestsUsed();
            if (!allocation.isOpen() || left <= 0 || models.isEmpty()) {
                return;
            }
            Model model = models.get(random.nextInt(models.size()));
            Tier tier = allocation.scope().tier();
            if (grant.wanted().model() == null || tier == null) {
                Tier own = Tier.infer(model.provider(), model.name());
                if (tier != null && tier != own) {
                    return;
                }
                tier = own;
            }
            List<ServiceTier> tiers = tiers(grant.wanted());
            ServiceTier serviceTier = tiers.get(random.nextInt(tiers.size()));
            PriceMatch match = book.match(model.provider(), model.name(), now).orElseThrow();
            // One hand-over may carry several requests.
            int together = 1 + random.nextInt((int) Math.min(3, left));
            Totals totals = Totals.ZERO;
            long tokensLeft = allocation.undrawnTokens();
            for (int i = 0; i < together; i++) {
                RandomPrices.Call call = RandomPrices.call(random, tokensLeft);
                tokensLeft -= call.tokens().input() + call.tokens().output();
                var charge = match.charge(call.tokens(), call.details(), serviceTier);
                if (charge.requestPico() > 0) {
                    outcomes.merge("fee", 1, Integer::sum);
                }
                totals = totals.plus(new Totals(call.tokens(), 0, charge.total(), 1, now, now));
            }
            List<LedgerEvent> events =
                    ledger.delta(
                            new LedgerDelta(
                                    new TotalsFeed.Cell(
                                            "team",
                                            "component",
                                            model.provider(),
                                            model.name(),
                                            tier,
                                            "task"),
                                    EpochMinute.hourOf(now),
                                    grant.id(),
                                    grant.context(),
                                    totals),
                            now);
            assertThat(Scene.only(UsageFlagged.class, events)).isEmpty();
            if (!Objects.requireNonNull(rows.allocation(grant.id())).isOpen()) {
                outcomes.merge("exhausted", 1, Integer::sum);
            }
        }
    }
}
