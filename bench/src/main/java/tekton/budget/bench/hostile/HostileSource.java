package tekton.budget.bench.hostile;

/** Makes the request of a family and a number. Any thread. */
final class HostileSource {

    private final ApiRequests api;
    private final WireRequests wire;
    private final CompressedRequests compressed;
    private final SpanRequests spans;
    private final FrameAttack frames;

    HostileSource(ApiDocument document, String key, byte[] goodSpans) {
        api = new ApiRequests(document, key);
        wire = new WireRequests(key);
        compressed = new CompressedRequests(key);
        spans = new SpanRequests(key, goodSpans);
        frames = new FrameAttack(key);
    }

    /**
     * The next request of the dice.
     *
     * @throws IllegalArgumentException of records for topics, which are no requests
     */
    HostileRequest of(HostileFamily family, Dice dice) {
        return switch (family) {
            case VALID -> api.valid(dice);
            case MUTATED -> api.mutated(dice);
            case WIRE -> wire.of(dice);
            case COMPRESSED -> compressed.of(dice);
            case PROTOBUF -> spans.of(dice);
            case FRAMES -> frames.of(dice);
            case TOPIC -> throw new IllegalArgumentException("no request: " + family);
        };
    }
}
