package tekton.budget.bench.load;

/** A request of spans to begin from. */
public final class SpanSample {

    private static final int SPANS = 3;

    private SpanSample() {}

    /** One that is taken as it is; its spans end now. */
    public static byte[] request() {
        RecordTemplate records =
                new RecordTemplate("hs", new Population(4, 1, 1), RecordTemplate.DEFAULT_SIZE);
        return new SpanTemplate(records).request(SPANS);
    }
}
