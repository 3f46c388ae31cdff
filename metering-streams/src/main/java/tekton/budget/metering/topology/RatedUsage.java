package tekton.budget.metering.topology;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.pricing.Charge;
import tekton.budget.value.Money;

import java.nio.charset.StandardCharsets;

/** A record as counted: what was reported, when it happened and what it costs. */
final class RatedUsage {

    private static final int SCHEMA = 1;

    private RatedUsage() {}

    /**
     * The value for the topic of rated usage.
     *
     * @param reported the record's own JSON
     * @param timestampMs its event time, epoch milliseconds
     */
    static byte[] write(byte[] reported, long timestampMs, Charge charge) {
        return new JsonBytes(reported.length + 256)
                .open('{')
                .property("schema", SCHEMA)
                .propertyRaw("usage", new String(reported, StandardCharsets.UTF_8))
                .property("timestamp", Timestamps.format(timestampMs))
                .propertyRaw("input_cost", Money.ofPico(charge.inputPico()).toString())
                .propertyRaw("output_cost", Money.ofPico(charge.outputPico()).toString())
                .propertyRaw("request_cost", Money.ofPico(charge.requestPico()).toString())
                .propertyRaw("total_cost", charge.total().toString())
                .property("pricing_version", charge.pricingVersion())
                .property("unpriced", charge.unpriced())
                .property("estimated", charge.estimated())
                .close('}')
                .toByteArray();
    }
}
