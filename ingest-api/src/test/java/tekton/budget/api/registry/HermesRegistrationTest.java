package tekton.budget.api.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.api.registry.HermesOutcome.CallResult;
import tekton.budget.api.registry.Step.CallPurpose;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

class HermesRegistrationTest {

    private static final long SECOND = 1_000;

    private final HermesRegistration registration =
            new HermesRegistration("budget", Pace.DEFAULT, new Random(7), 0);
    private final Map<CallPurpose, Integer> counts = new EnumMap<>(CallPurpose.class);
    private long now;

    @Test
    void shouldTryTheGuidesPathsFirstThenTheRealOnesAndKeepWhatAnswered() {
        assertThat(registration.next()).isEqualTo(register(0, Family.GUIDE, "budget", null));
        on(CallResult.NO_SUCH_PATH);
        assertThat(registration.state()).isEqualTo(HermesState.REGISTERING);
        assertThat(registration.next()).isEqualTo(register(0, Family.REAL, "budget", null));
        registered("real-1", "secret");

        assertThat(registration.state()).isEqualTo(HermesState.REGISTERED);
        Step heartbeat = registration.next();
        assertThat(heartbeat)
                .isEqualTo(
                        new Step(
                                CallPurpose.HEARTBEAT,
                                30 * SECOND,
                                Family.REAL,
                                "real-1",
                                "secret",
                                false));
        on(CallResult.NOT_KNOWN);
        assertThat(registration.next().task()).isEqualTo(CallPurpose.REGISTER);
        assertThat(registration.next().family()).isEqualTo(Family.REAL);
    }

    @Test
    void shouldWaitWhenNeitherFamilyIsThere() {
        on(CallResult.NO_SUCH_PATH);
        on(CallResult.NO_SUCH_PATH);

        assertThat(registration.state()).isEqualTo(HermesState.UNREACHABLE);
        assertThat(registration.next().family()).isEqualTo(Family.GUIDE);
        assertThat(registration.next().due()).isBetween(SECOND / 2, SECOND);
    }

    @Test
    void shouldSaySignsOfLifeLookAndRegisterAgainBeforeTheTokenEnds() {
        run(Duration.ofHours(3), step -> accepted("budget", "t"));

        assertThat(counts.get(CallPurpose.HEARTBEAT)).isBetween(350, 360);
        assertThat(counts.get(CallPurpose.LOOK)).isBetween(54, 60);
        // At the start and each 45 minutes.
        assertThat(counts.get(CallPurpose.REGISTER)).isEqualTo(4);
    }

    @Test
    void shouldNotLoopWhenItsTokenIsNeverTaken() {
        run(
                Duration.ofHours(1),
                step ->
                        step.task() == CallPurpose.HEARTBEAT
                                ? HermesOutcome.of(CallResult.NOT_KNOWN, "answered 401")
                                : accepted("budget", "t"));

        assertThat(counts.get(CallPurpose.HEARTBEAT)).isBetween(118, 120);
        assertThat(counts.get(CallPurpose.REGISTER)).isBetween(118, 121);
    }

    @Test
    void shouldSayItsHealthAsATextToWhomTakesNoObject() {
        registered("budget", null);
        on(CallResult.MISSHAPEN);

        Step again = registration.next();
        assertThat(again.task()).isEqualTo(CallPurpose.HEARTBEAT);
        assertThat(again.textStatus()).isTrue();
        assertThat(again.due()).isEqualTo(now);
        on(CallResult.ACCEPTED);
        assertThat(registration.next().textStatus()).isTrue();
        assertThat(registration.next().due()).isEqualTo(now + 30 * SECOND);
        on(CallResult.MISSHAPEN);
        assertThat(registration.next().due()).isEqualTo(now + 30 * SECOND);
        assertThat(registration.state()).isEqualTo(HermesState.REGISTERED);
    }

    @Test
    void shouldWaitLongerAndLongerWhileHermesIsAwayButNeverLongerThanAMinute() {
        long[] most = {1, 2, 4, 8, 16, 32, 60, 60, 60};
        for (long seconds : most) {
            on(CallResult.FAILED);
            assertThat(registration.next().task()).isEqualTo(CallPurpose.REGISTER);
            assertThat(registration.next().due() - now)
                    .isBetween(seconds * SECOND / 2, seconds * SECOND);
        }
        run(Duration.ofDays(2), step -> HermesOutcome.of(CallResult.FAILED, "away"));
        assertThat(registration.next().due() - now).isBetween(0L, 60 * SECOND);

        registered("budget", null);
        on(CallResult.FAILED);
        assertThat(registration.state()).isEqualTo(HermesState.UNREACHABLE);
        assertThat(registration.next().due() - now).isBetween(SECOND / 2, SECOND);
    }

    @Test
    void shouldRegisterAgainWhenItIsNotListedAndIgnoreThatThereIsNoList() {
        registered("budget", null);
        Step look = awaitTask(CallPurpose.LOOK);
        registration.on(look, HermesOutcome.of(CallResult.NO_SUCH_PATH, "answered 404"), now);
        assertThat(registration.state()).isEqualTo(HermesState.REGISTERED);

        look = awaitTask(CallPurpose.LOOK);
        assertThat(now).isEqualTo(Duration.ofMinutes(6).toMillis());
        registration.on(look, HermesOutcome.of(CallResult.NOT_KNOWN, "does not list it"), now);
        assertThat(registration.next()).isEqualTo(register(now, Family.GUIDE, "budget", null));
    }

    @Test
    void shouldTakeItsLeaveOnlyFromWhomKnewIt() {
        on(CallResult.FAILED);
        assertThat(registration.farewell(now)).isNull();

        registered("real-1", "secret");
        on(CallResult.FAILED);
        Step farewell = registration.farewell(now);
        assertThat(farewell).isNotNull();
        assertThat(farewell.componentId()).isEqualTo("real-1");
        assertThat(farewell.token()).isEqualTo("secret");
        assertThat(farewell.toString()).doesNotContain("secret");
    }

    private Step awaitTask(CallPurpose task) {
        while (registration.next().task() != task) {
            on(CallResult.ACCEPTED);
        }
        now = registration.next().due();
        return registration.next();
    }

    private void run(Duration howLong, Function<Step, HermesOutcome> hermes) {
        long end = now + howLong.toMillis();
        while (registration.next().due() < end) {
            Step step = registration.next();
            now = Math.max(now, step.due());
            counts.merge(step.task(), 1, Integer::sum);
            registration.on(step, hermes.apply(step), now);
        }
    }

    private void registered(String id, @Nullable String token) {
        Step step = registration.next();
        now = Math.max(now, step.due());
        registration.on(step, accepted(id, token), now);
    }

    private void on(CallResult result) {
        Step step = registration.next();
        now = Math.max(now, step.due());
        registration.on(step, HermesOutcome.of(result, "said so"), now);
    }

    private static HermesOutcome accepted(String id, @Nullable String token) {
        return new HermesOutcome(CallResult.ACCEPTED, "accepted", id, token);
    }

    private static Step register(long due, Family family, String id, @Nullable String token) {
        return new Step(CallPurpose.REGISTER, due, family, id, token, false);
    }
}
