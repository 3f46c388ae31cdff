package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/**
 * What is to be said to Hermes about one entry, and when. Knows no clock, thread or network: time
 * is an argument, in milliseconds that only grow.
 *
 * <p>The guide's paths are tried first, then the real ones; the family that answered is kept. What
 * fails is tried again, later and later, always by a registration: it is taken by a Hermes that has
 * forgotten everything as well as by one that has forgotten nothing. Not thread-safe.
 */
final class HermesRegistration {

    private static final long NEVER = Long.MAX_VALUE;

    private final String ownId;
    private final Pace pace;
    private final RandomGenerator jitter;

    private HermesState state = HermesState.REGISTERING;
    private Family family = Family.GUIDE;
    private boolean otherFamilyMissed;
    private String componentId;
    private @Nullable String token;
    private boolean known;
    private boolean textStatus;
    private int failures;

    private long registerDue;
    private long heartbeatDue = NEVER;
    private long lookDue = NEVER;

    /** An entry that is to be registered now. */
    HermesRegistration(String ownId, Pace pace, RandomGenerator jitter, long now) {
        this.ownId = ownId;
        this.pace = pace;
        this.jitter = jitter;
        componentId = ownId;
        registerDue = now;
    }

    HermesState state() {
        return state;
    }

    /** The next call. */
    Step next() {
        if (registerDue <= heartbeatDue && registerDue <= lookDue) {
            return step(Step.CallPurpose.REGISTER, registerDue);
        }
        return heartbeatDue <= lookDue
                ? step(Step.CallPurpose.HEARTBEAT, heartbeatDue)
                : step(Step.CallPurpose.LOOK, lookDue);
    }

    /** The call that ends it; null when Hermes never had the entry. */
    @Nullable Step farewell(long now) {
        return known ? step(Step.CallPurpose.UNREGISTER, now) : null;
    }

    /** Takes note of how {@link #next} went. */
    void on(Step step, HermesOutcome outcome, long now) {
        switch (step.task()) {
            case REGISTER -> onRegistration(outcome, now);
            case HEARTBEAT -> onHeartbeat(outcome, now);
            case LOOK -> onLook(outcome, now);
            case UNREGISTER -> known = false;
        }
    }

    private void onRegistration(HermesOutcome outcome, long now) {
        switch (outcome.result()) {
            case ACCEPTED -> registered(outcome, now);
            case NO_SUCH_PATH -> {
                family = family.other();
                otherFamilyMissed = !otherFamilyMissed;
                if (otherFamilyMissed) {
                    registerDue = now;
                } else {
                    retryLater(now);
                }
            }
            case NOT_KNOWN, MISSHAPEN, FAILED -> retryLater(now);
        }
    }

    private void registered(HermesOutcome outcome, long now) {
        state = HermesState.REGISTERED;
        componentId = outcome.componentId() == null ? ownId : outcome.componentId();
        token = outcome.token();
        known = true;
        textStatus = false;
        otherFamilyMissed = false;
        failures = 0;
        registerDue = now + pace.renewal().toMillis();
        heartbeatDue = now + pace.heartbeat().toMillis();
        lookDue = now + pace.look().toMillis();
    }

    private void onHeartbeat(HermesOutcome outcome, long now) {
        switch (outcome.result()) {
            case ACCEPTED -> heartbeatDue = now + pace.heartbeat().toMillis();
            case NOT_KNOWN, NO_SUCH_PATH -> registerAtOnce(now);
            case MISSHAPEN -> {
                // A server that takes neither form takes no heartbeats; the looks go on.
                heartbeatDue = textStatus ? now + pace.heartbeat().toMillis() : now;
                textStatus = true;
            }
            case FAILED -> retryLater(now);
        }
    }

    /** Only the word that the entry is not listed counts: not every Hermes has a list. */
    private void onLook(HermesOutcome outcome, long now) {
        if (outcome.result() == HermesOutcome.CallResult.NOT_KNOWN) {
            registerAtOnce(now);
        } else {
            lookDue = now + pace.look().toMillis();
        }
    }

    private void registerAtOnce(long now) {
        state = HermesState.REGISTERING;
        onlyRegister(now);
    }

    private void retryLater(long now) {
        state = HermesState.UNREACHABLE;
        otherFamilyMissed = false;
        long most = pace.retryFirst().toMillis() << Math.min(failures, 20);
        failures++;
        long half = Math.min(most, pace.retryMax().toMillis()) / 2;
        onlyRegister(now + half + jitter.nextLong(half + 1));
    }

    private void onlyRegister(long due) {
        registerDue = due;
        heartbeatDue = NEVER;
        lookDue = NEVER;
    }

    private Step step(Step.CallPurpose task, long due) {
        return new Step(task, due, family, componentId, token, textStatus);
    }
}
