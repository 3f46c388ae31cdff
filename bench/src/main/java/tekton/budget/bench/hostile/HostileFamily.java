package tekton.budget.bench.hostile;

import java.util.Locale;

/** What a hostile request is made from, and how many of a thousand are of it. */
enum HostileFamily {
    /** What an operation of the API's document takes. */
    VALID(200),
    /** The same, changed. */
    MUTATED(480),
    /** What is no proper HTTP, or a rare form of it. */
    WIRE(100),
    /** Compressed bodies: bombs, garbage, and good ones. */
    COMPRESSED(30),
    /** OpenTelemetry's protobuf, changed. */
    PROTOBUF(60),
    /** Frames of a WebSocket. */
    FRAMES(30),
    /** Bytes in topics. */
    TOPIC(100);

    private static final int ALL = 1_000;

    private final int share;

    HostileFamily(int share) {
        this.share = share;
    }

    /** In figures. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of a request. */
    static HostileFamily of(Dice dice) {
        int left = dice.below(ALL);
        for (HostileFamily each : values()) {
            left -= each.share;
            if (left < 0) {
                return each;
            }
        }
        return VALID;
    }
}
