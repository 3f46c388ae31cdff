package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that may happen to a ledger. Allocations and policies are meant by a number that is
 * taken modulo how many there are, so that a step makes sense whatever has gone before.
 */
sealed interface Step {

    List<String> BUDGETS = List.of("utc", "kathmandu", "berlin", "york", "howe");

    record Wait(long ms) implements Step {}

    record WaitForTheQuarter(int quarters) implements Step {}

    record Tick(int limit) implements Step {}

    /** With an idempotency key and a fingerprint, both from few; or without, when key is 0. */
    record Key(int key, int fingerprint) {}

    record Allocate(
            String budget,
            String context,
            Scope scope,
            int priority,
            long tokens,
            @Nullable HoldPrice price,
            @Nullable Long maxRequests,
            @Nullable Long lifeMs,
            Key key)
            implements Step {}

    record Release(int which, Key key) implements Step {}

    /** Which: negative for no allocation, 0 for one that does not exist. */
    record Use(
            String budget,
            Scope scope,
            long agoMs,
            long input,
            long output,
            Money cost,
            int requests,
            int which,
            boolean inItsBudget)
            implements Step {}

    record PutPolicy(
            String budget,
            PolicyType type,
            Period period,
            Scope scope,
            @Nullable Long tokens,
            @Nullable Money cost,
            int warningPpm,
            int actionPpm,
            boolean enabled,
            Key key)
            implements Step {}

    record UpdatePolicy(
            int which,
            @Nullable PolicyType type,
            @Nullable Long tokens,
            @Nullable Money cost,
            @Nullable Boolean enabled)
            implements Step {}

    record Activate(String budget, boolean active) implements Step {}

    /** A sequence, always the same for the same seed. */
    static List<Step> sequence(long seed) {
        Random random = new Random(seed);
        int length = 80 + random.nextInt(120);
        List<Step> steps = new ArrayList<>(length);
        for (int i = 0; i < 4; i++) {
            steps.add(putPolicy(random));
        }
        while (steps.size() < length) {
            steps.add(any(random));
        }
        return steps;
    }

    private static Step any(Random random) {
        int dice = random.nextInt(100);
        if (dice < 34) {
            return allocate(random);
        }
        if (dice < 62) {
            return use(random);
        }
        if (dice < 70) {
            return new Release(random.nextInt(1_000), key(random));
        }
        if (dice < 83) {
            return wait(random);
        }
        if (dice < 86) {
            return new Tick(1 + random.nextInt(4));
        }
        if (dice < 92) {
            return putPolicy(random);
        }
        if (dice < 97) {
            return updatePolicy(random);
        }
        return new Activate(budget(random), random.nextInt(3) > 0);
    }

    private static Step wait(Random random) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new WaitForTheQuarter(1 + random.nextInt(12));
            case 3 -> new WaitForTheQuarter(96);
            case 4 -> new Wait(random.nextLong(4 * 86_400_000L));
            default -> new Wait(random.nextLong(600_000L));
        };
    }

    private static Step allocate(Random random) {
        Scope scope = narrow(random);
        Long life = random.nextInt(3) == 0 ? null : Long.valueOf(1 + random.nextLong(7_200_000L));
        return new Allocate(
                budget(random),
                "context-" + random.nextInt(3),
                scope,
                random.nextInt(12) == 0 ? 10 : 1 + random.nextInt(9),
                1 + random.nextInt(40),
                random.nextInt(6) == 0 ? null : price(random, scope),
                random.nextInt(3) > 0 ? null : Long.valueOf(1 + random.nextInt(4)),
                life,
                key(random));
    }

    /** What is left open may be dearer in one place than in another, and nowhere than the most. */
    private static HoldPrice price(Random random, Scope scope) {
        long rate = usd(random, 4).pico();
        Long fee = random.nextInt(3) > 0 ? null : Long.valueOf(1 + usd(random, 9).pico());
        if ((scope.provider() != null && scope.tier() != null) || random.nextInt(3) == 0) {
            return new HoldPrice("v", rate, Money.ZERO, fee, null, null);
        }
        List<HoldPrice.HoldPart> parts = new ArrayList<>();
        for (Tier tier : List.of(Tier.LOCAL_MIDWEIGHT, Tier.REMOTE_HEAVYWEIGHT)) {
            for (int i = 0; i < 2; i++) {
                if (random.nextInt(3) > 0) {
                    parts.add(
                            new HoldPrice.HoldPart(
                                    tier,
                                    "provider-" + i,
                                    random.nextLong(rate + 1),
                                    fee == null || random.nextBoolean()
                                            ? null
                                            : Long.valueOf(random.nextLong(fee) + 1)));
                }
            }
        }
        return new HoldPrice(HoldPrice.NO_VERSION, rate, Money.ZERO, fee, parts, null);
    }

    private static Step use(Random random) {
        long ago =
                switch (random.nextInt(8)) {
                    case 0 -> -random.nextLong(15 * 60_000L);
                    case 1 -> random.nextLong(3 * 3_600_000L);
                    case 2 -> random.nextLong(40 * 3_600_000L);
                    default -> 0;
                };
        return new Use(
                budget(random),
                known(random),
                ago,
                random.nextInt(15),
                random.nextInt(15),
                usd(random, 40),
                random.nextInt(4),
                random.nextInt(1_000) - 300,
                random.nextInt(20) > 0);
    }

    private static Step putPolicy(Random random) {
        int warning = 1 + random.nextInt(1_000_000);
        int kind = random.nextInt(5);
        return new PutPolicy(
                budget(random),
                random.nextInt(2) == 0
                        ? PolicyType.HARD_LIMIT
                        : one(random, List.of(PolicyType.values())),
                one(random, List.of(Period.values())),
                wide(random),
                kind == 0 ? null : Long.valueOf(tokenLimit(random)),
                kind == 1 || kind == 2 ? null : usd(random, 400),
                warning,
                // Rarely below the warning threshold, which is refused.
                random.nextInt(15) == 0
                        ? warning - 1
                        : warning + random.nextInt(1_000_001 - warning),
                random.nextInt(8) > 0,
                key(random));
    }

    private static Step updatePolicy(Random random) {
        return new UpdatePolicy(
                random.nextInt(1_000),
                random.nextInt(3) == 0 ? one(random, List.of(PolicyType.values())) : null,
                random.nextInt(3) == 0 ? Long.valueOf(tokenLimit(random)) : null,
                random.nextInt(3) == 0 ? usd(random, 400) : null,
                random.nextInt(2) == 0 ? Boolean.valueOf(random.nextInt(3) > 0) : null);
    }

    private static long tokenLimit(Random random) {
        return random.nextInt(6) == 0 ? 0 : random.nextInt(300);
    }

    private static Key key(Random random) {
        return random.nextInt(4) == 0
                ? new Key(1 + random.nextInt(12), random.nextInt(2))
                : new Key(0, 0);
    }

    private static String budget(Random random) {
        // Mostly one, so that it gets crowded.
        return BUDGETS.get(Math.max(0, random.nextInt(10) - 5));
    }

    /** Tenths of a dollar, and now and then a pico-dollar beside them. */
    private static Money usd(Random random, int tenths) {
        long pico = random.nextInt(tenths) * (Money.PICO_PER_USD / 10);
        int beside = random.nextInt(10) == 0 ? random.nextInt(3) - 1 : 0;
        return Money.ofPico(Math.max(0, pico + beside));
    }

    private static <T> T one(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static Scope known(Random random) {
        return new Scope(
                one(random, List.of(Tier.LOCAL_MIDWEIGHT, Tier.REMOTE_HEAVYWEIGHT)),
                "provider-" + random.nextInt(2),
                "component-" + random.nextInt(2),
                "task-" + random.nextInt(2));
    }

    /** What a policy applies to: most parts are absent. */
    private static Scope wide(Random random) {
        return some(random, 1);
    }

    /** What an allocation is asked for: some parts are absent. */
    private static Scope narrow(Random random) {
        return some(random, 2);
    }

    private static Scope some(Random random, int ofThree) {
        Scope known = known(random);
        return new Scope(
                random.nextInt(3) < ofThree ? known.tier() : null,
                random.nextInt(3) < ofThree ? known.provider() : null,
                random.nextInt(3) < ofThree ? known.component() : null,
                random.nextInt(3) < ofThree ? known.taskType() : null);
    }
}
