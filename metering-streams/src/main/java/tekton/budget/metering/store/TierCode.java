package tekton.budget.metering.store;

import tekton.budget.value.Tier;

/** A tier as one byte of a key, frozen. */
public final class TierCode {

    private TierCode() {}

    public static byte of(Tier tier) {
        return switch (tier) {
            case LOCAL_LIGHTWEIGHT -> 0;
            case LOCAL_MIDWEIGHT -> 1;
            case REMOTE_HEAVYWEIGHT -> 2;
        };
    }

    /** The tier of a code that {@link #of} gave. */
    public static Tier tierOf(byte code) {
        return switch (code) {
            case 0 -> Tier.LOCAL_LIGHTWEIGHT;
            case 1 -> Tier.LOCAL_MIDWEIGHT;
            case 2 -> Tier.REMOTE_HEAVYWEIGHT;
            default ->
                    throw new IllegalStateException(
                            "tier: code %d (expected: 0 to 2)".formatted(code));
        };
    }
}
