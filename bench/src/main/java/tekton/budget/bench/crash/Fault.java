package tekton.budget.bench.crash;

/**
 * Something that is done to a process, or to all instances.
 *
 * @param type what
 * @param victim which instance or broker, from 0; of a rolling restart the first
 * @param pauseMs how long nothing is done before it
 * @param holdMs how long a frozen process stays so; 0 for what freezes none
 */
record Fault(FaultType type, int victim, long pauseMs, long holdMs) {

    /** What can be done. */
    enum FaultType {
        /** SIGKILL, and started again at once. */
        INSTANCE_KILL,
        /** SIGSTOP, and SIGCONT later. */
        INSTANCE_FREEZE,
        /** SIGTERM to one after the other, the next when the one before is ready again. */
        ROLLING_RESTART,
        /** SIGKILL, and started again at once. */
        BROKER_KILL,
        /** SIGSTOP, and SIGCONT later. */
        BROKER_FREEZE;

        boolean freezes() {
            return this == INSTANCE_FREEZE || this == BROKER_FREEZE;
        }

        boolean kills() {
            return this == INSTANCE_KILL || this == BROKER_KILL;
        }

        boolean ofBroker() {
            return this == BROKER_KILL || this == BROKER_FREEZE;
        }
    }

    static Fault instanceKill(int victim) {
        return new Fault(FaultType.INSTANCE_KILL, victim, 0, 0);
    }

    static Fault brokerKill(int victim) {
        return new Fault(FaultType.BROKER_KILL, victim, 0, 0);
    }

    @Override
    public String toString() {
        String what =
                switch (type) {
                    case INSTANCE_KILL -> "SIGKILL of instance %d".formatted(victim + 1);
                    case INSTANCE_FREEZE -> "SIGSTOP of instance %d".formatted(victim + 1);
                    case ROLLING_RESTART ->
                            "rolling restart from instance %d".formatted(victim + 1);
                    case BROKER_KILL -> "SIGKILL of broker %d".formatted(victim + 1);
                    case BROKER_FREEZE -> "SIGSTOP of broker %d".formatted(victim + 1);
                };
        return type.freezes() ? "%s for %.1f s".formatted(what, holdMs / 1e3) : what;
    }
}
