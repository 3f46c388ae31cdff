package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the ledger should do, told as simply as possible: everything that ever happened is kept in
 * lists, and every answer is a sum over them. Shares no code with the rules; much too slow for
 * anything but a test.
 */
final class NaiveLedger {

    static final BigInteger PICO_PER_USD = BigInteger.valueOf(Money.PICO_PER_USD);

    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    final Map<String, NaiveBudget> budgets = new HashMap<>();
    final List<NaivePolicy> policies = new ArrayList<>();
    final List<NaiveAllocation> allocations = new ArrayList<>();
    final List<Fact> facts = new ArrayList<>();
    long now;

    static final class NaiveBudget {
        final ZoneId zone;
        boolean active = true;

        NaiveBudget(ZoneId zone) {
            this.zone = zone;
        }
    }

    static final class NaivePolicy {
        final String id;
        final String budget;
        final Period period;
        final Scope scope;
        PolicyType type = PolicyType.WARN;
        @Nullable Long tokens;
        @Nullable Money cost;
        int warningPpm;
        int actionPpm;
        boolean enabled;

        NaivePolicy(String id, String budget, Period period, Scope scope) {
            this.id = id;
            this.budget = budget;
            this.period = period;
            this.scope = scope;
        }

        boolean enforced() {
            return enabled && type == PolicyType.HARD_LIMIT;
        }

        boolean windowed() {
            return period != Period.PER_SESSION && period != Period.PER_TASK;
        }
    }

    static final class NaiveAllocation {
        final String id;
        final String budget;
        final String context;
        final Scope scope;
        final long tokens;
        final NaiveHold hold;
        final long requests;
        final long expires;
        final boolean overrode;
        final List<Fact> draws = new ArrayList<>();
        String state = "open";
        long returned;
        long drawnAtEnd;

        NaiveAllocation(
                String id,
                String budget,
                String context,
                Scope scope,
                long tokens,
                NaiveHold hold,
                long requests,
                long expires,
                boolean overrode) {
            this.id = id;
            this.budget = budget;
            this.context = context;
            this.scope = scope;
            this.tokens = tokens;
            this.hold = hold;
            this.requests = requests;
            this.expires = expires;
            this.overrode = overrode;
        }

        boolean open() {
            return state.equals("open");
        }
    }

    /** What a token and a request are held at. */
    record Rate(long token, long request) {

        Sum of(long tokens, long requests) {
            return new Sum(
                    tokens,
                    BigInteger.valueOf(tokens)
                            .multiply(BigInteger.valueOf(token))
                            .add(
                                    BigInteger.valueOf(requests)
                                            .multiply(BigInteger.valueOf(request))));
        }
    }

    /**
     * What an allocation is held at: the most, and what differs by tier and provider of a limit.
     */
    record NaiveHold(Rate most, Map<Scope, Rate> byLimit) {

        Rate under(NaivePolicy policy) {
            return policy.period == Period.PER_SESSION
                    ? most
                    : byLimit.getOrDefault(place(policy), most);
        }
    }

    static Scope place(NaivePolicy policy) {
        return new Scope(policy.scope.tier(), policy.scope.provider(), null, null);
    }

    /** What the cost limits that there are when it is asked for tell apart. */
    NaiveHold hold(@Nullable HoldPrice price, String budget, Scope asked) {
        Map<Scope, Rate> byLimit = new HashMap<>();
        if (price == null) {
            return new NaiveHold(new Rate(0, 0), byLimit);
        }
        Rate most = new Rate(price.ratePico(), fee(price.requestPico()));
        List<HoldPrice.HoldPart> parts = price.parts() == null ? List.of() : price.parts();
        for (NaivePolicy policy : policies) {
            if (!policy.budget.equals(budget)
                    || policy.cost == null
                    || (policy.scope.tier() == null && policy.scope.provider() == null)
                    || !mayFall(policy.scope, asked)) {
                continue;
            }
            List<HoldPrice.HoldPart> there =
                    parts.stream()
                            .filter(
                                    part ->
                                            policy.scope.provider() == null
                                                    || policy.scope
                                                            .provider()
                                                            .equals(part.provider()))
                            .toList();
            List<HoldPrice.HoldPart> ofTier =
                    there.stream()
                            .filter(
                                    part ->
                                            policy.scope.tier() == null
                                                    || policy.scope.tier() == part.tier())
                            .toList();
            List<HoldPrice.HoldPart> found = ofTier.isEmpty() ? there : ofTier;
            if (!found.isEmpty()) {
                long token = 0;
                long request = 0;
                for (HoldPrice.HoldPart part : found) {
                    token = Math.max(token, part.ratePico());
                    request = Math.max(request, fee(part.requestPico()));
                }
                byLimit.put(place(policy), new Rate(token, request));
            }
        }
        return new NaiveHold(most, byLimit);
    }

    private static long fee(@Nullable Long pico) {
        return pico == null ? 0 : pico;
    }

    /**
     * When something happened, in every width, where the budget is. An hour that clocks show twice
     * is told apart by their offset.
     */
    record Calendar(long hour, long day, long week, long month) {

        static Calendar of(long atMs, ZoneId zone) {
            LocalDate date = Instant.ofEpochMilli(atMs).atZone(zone).toLocalDate();
            long offsetMs =
                    1_000L
                            * zone.getRules()
                                    .getOffset(Instant.ofEpochMilli(atMs))
                                    .getTotalSeconds();
            return new Calendar(
                    Math.floorDiv(atMs + offsetMs, 3_600_000L) * 1_000 + offsetMs / 900_000L,
                    date.toEpochDay(),
                    // The first of January 1970 was a Thursday.
                    Math.floorDiv(date.toEpochDay() + 3, 7L),
                    date.getYear() * 12L + date.getMonthValue());
        }

        long in(Period period) {
            return switch (period) {
                case HOURLY -> hour;
                case DAILY -> day;
                case WEEKLY -> week;
                case MONTHLY -> month;
                case PER_SESSION, PER_TASK -> throw new IllegalArgumentException();
            };
        }
    }

    /** Usage, and the allocation that it named, open or ended. */
    record Fact(
            String budget,
            Scope scope,
            Calendar when,
            long input,
            long output,
            BigInteger pico,
            long requests,
            @Nullable NaiveAllocation drew) {}

    /** Tokens and pico-dollars. */
    record Sum(long tokens, BigInteger pico) {
        static final Sum NONE = new Sum(0, BigInteger.ZERO);

        Sum and(long moreTokens, BigInteger morePico) {
            return new Sum(tokens + moreTokens, pico.add(morePico));
        }

        Sum and(Sum more) {
            return and(more.tokens, more.pico);
        }
    }

    // Time

    void passTime(long atMs) {
        now = atMs;
        for (NaiveAllocation each : allocations) {
            if (each.open() && each.expires <= now) {
                end(each, "expired");
            }
        }
    }

    private void end(NaiveAllocation allocation, String state) {
        allocation.returned = undrawn(allocation);
        allocation.drawnAtEnd = drawn(allocation);
        allocation.state = state;
    }

    // What is there

    @Nullable NaiveAllocation allocation(String id) {
        for (NaiveAllocation each : allocations) {
            if (each.id.equals(id)) {
                return each;
            }
        }
        return null;
    }

    long drawn(NaiveAllocation allocation) {
        long sum = 0;
        for (Fact each : allocation.draws) {
            sum += each.input + each.output;
        }
        return sum;
    }

    long undrawn(NaiveAllocation allocation) {
        return Math.max(0, allocation.tokens - drawn(allocation));
    }

    Sum held(NaiveAllocation allocation) {
        return held(allocation, allocation.hold.most);
    }

    private Sum held(NaiveAllocation allocation, Rate rate) {
        if (!allocation.open()) {
            return Sum.NONE;
        }
        long requests = allocation.requests;
        for (Fact each : allocation.draws) {
            requests -= each.requests;
        }
        return rate.of(undrawn(allocation), Math.max(0, requests));
    }

    List<NaiveAllocation> open(String budget) {
        return allocations.stream()
                .filter(each -> each.open() && each.budget.equals(budget))
                .toList();
    }

    // What counts

    Sum usedInWindow(NaivePolicy policy) {
        ZoneId zone = Objects.requireNonNull(budgets.get(policy.budget)).zone;
        long current = Calendar.of(now, zone).in(policy.period);
        Sum sum = Sum.NONE;
        for (Fact each : facts) {
            if (each.budget.equals(policy.budget)
                    && each.when.in(policy.period) == current
                    && within(policy.scope, each.scope)) {
                sum = sum.and(each.input + each.output, each.pico);
            }
        }
        return sum;
    }

    Sum reserved(NaivePolicy policy) {
        Sum sum = Sum.NONE;
        for (NaiveAllocation each : allocations) {
            if (each.open()
                    && each.budget.equals(policy.budget)
                    && mayFall(policy.scope, each.scope)) {
                sum = sum.and(held(each, each.hold.under(policy)));
            }
        }
        return sum;
    }

    /** Used and reserved, as a limit counts it for an allocation of that context. */
    Sum counted(NaivePolicy policy, String context) {
        if (policy.windowed()) {
            return usedInWindow(policy).and(reserved(policy));
        }
        Sum sum = Sum.NONE;
        if (policy.period == Period.PER_TASK) {
            return sum;
        }
        for (Fact each : facts) {
            if (each.drew != null
                    && each.drew.budget.equals(policy.budget)
                    && each.drew.context.equals(context)
                    && within(policy.scope, each.scope)) {
                sum = sum.and(each.input + each.output, each.pico);
            }
        }
        for (NaiveAllocation each : allocations) {
            if (each.budget.equals(policy.budget)
                    && each.context.equals(context)
                    && mayFall(policy.scope, each.scope)) {
                sum = sum.and(held(each, each.hold.under(policy)));
            }
        }
        return sum;
    }

    List<NaivePolicy> enforcedOn(String budget, Scope scope) {
        return policies.stream()
                .filter(each -> each.enforced() && each.budget.equals(budget))
                .filter(each -> mayFall(each.scope, scope))
                .toList();
    }

    /** Whether so much more is allowed; what costs nothing is, however much was spent. */
    boolean allowsMore(NaivePolicy policy, String context, Sum asked) {
        Sum sum = counted(policy, context).and(asked);
        return asked.pico.signum() == 0
                ? policy.tokens == null || sum.tokens <= policy.tokens
                : allows(policy, sum);
    }

    boolean allows(NaivePolicy policy, Sum sum) {
        return (policy.tokens == null || sum.tokens <= policy.tokens)
                && (policy.cost == null || sum.pico.compareTo(pico(policy.cost)) <= 0);
    }

    Level level(NaivePolicy policy, Sum used, boolean tokens) {
        if (!policy.enabled || policy.type == PolicyType.IGNORE) {
            return Level.NORMAL;
        }
        BigInteger limit =
                tokens
                        ? BigInteger.valueOf(Objects.requireNonNull(policy.tokens))
                        : pico(Objects.requireNonNull(policy.cost));
        BigInteger amount = tokens ? BigInteger.valueOf(used.tokens) : used.pico;
        if (amount.signum() == 0) {
            return Level.NORMAL;
        }
        BigInteger millionths = amount.multiply(MILLION);
        if (amount.compareTo(limit) >= 0) {
            return Level.EXCEEDED;
        }
        if (millionths.compareTo(limit.multiply(BigInteger.valueOf(policy.actionPpm))) >= 0) {
            return Level.ACTION;
        }
        return millionths.compareTo(limit.multiply(BigInteger.valueOf(policy.warningPpm))) >= 0
                ? Level.WARNING
                : Level.NORMAL;
    }

    // What happens

    void use(
            String budget,
            Scope scope,
            long atMs,
            long input,
            long output,
            Money cost,
            long requests,
            @Nullable String named) {
        NaiveAllocation drew = named == null ? null : allocation(named);
        if (drew != null && !drew.budget.equals(budget)) {
            drew = null;
        }
        ZoneId zone = Objects.requireNonNull(budgets.get(budget)).zone;
        Fact fact =
                new Fact(
                        budget,
                        scope,
                        Calendar.of(atMs, zone),
                        input,
                        output,
                        pico(cost),
                        requests,
                        drew);
        facts.add(fact);
        if (drew != null) {
            drew.draws.add(fact);
        }
        if (drew != null
                && drew.open()
                && undrawn(drew) == 0
                && (drawn(drew) > drew.tokens || held(drew).pico.signum() == 0)) {
            end(drew, "exhausted");
        }
    }

    void release(NaiveAllocation allocation) {
        if (allocation.open()) {
            end(allocation, "released");
        }
    }

    void activate(String budget, boolean active) {
        Objects.requireNonNull(budgets.get(budget)).active = active;
        if (!active) {
            open(budget).forEach(this::release);
        }
    }

    static BigInteger pico(Money money) {
        return BigInteger.valueOf(money.usd())
                .multiply(PICO_PER_USD)
                .add(BigInteger.valueOf(money.pico()));
    }

    // Scopes

    /** Every part that the policy names is that of the usage. */
    static boolean within(Scope policy, Scope usage) {
        for (int i = 0; i < 4; i++) {
            Object wanted = part(policy, i);
            if (wanted != null && !wanted.equals(part(usage, i))) {
                return false;
            }
        }
        return true;
    }

    /** No part says that it cannot be. */
    static boolean mayFall(Scope policy, Scope asked) {
        for (int i = 0; i < 4; i++) {
            Object wanted = part(policy, i);
            Object given = part(asked, i);
            if (wanted != null && given != null && !wanted.equals(given)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Object part(Scope scope, int i) {
        return switch (i) {
            case 0 -> scope.tier();
            case 1 -> scope.provider();
            case 2 -> scope.component();
            default -> scope.taskType();
        };
    }
}
