package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.codec.UsageFields;
import tekton.budget.value.ServiceTier;

/** A usage record as a client writes it. */
final class RecordJson implements UsageFields {

    private final JsonBytes json = new JsonBytes(1_024).open('{');

    @Override
    public void text(String name, @Nullable String text) {
        json.propertyIfPresent(name, text);
    }

    @Override
    public void tokens(String name, long count) {
        json.property(name, count);
    }

    @Override
    public void serviceTier(ServiceTier tier) {
        json.property("service_tier", tier.wireName());
    }

    @Override
    public void timestampMs(long epochMs) {
        json.property("timestamp", Timestamps.format(epochMs));
    }

    @Override
    public void metadata(String object) {
        json.propertyRaw("metadata", object);
    }

    /** The whole record; nothing may follow. */
    byte[] toByteArray() {
        return json.close('}').toByteArray();
    }
}
