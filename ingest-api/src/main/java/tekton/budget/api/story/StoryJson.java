package tekton.budget.api.story;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.UsageRecordJson;
import tekton.budget.api.ledger.AllocationJson;
import tekton.budget.api.prices.PriceJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.RateClass;
import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordTrace;
import tekton.budget.metering.query.RecordTrace.RecordRepeat;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.topic.Topics;
import tekton.budget.value.Money;

/** The story of a record, as clients read it. */
final class StoryJson {

    private StoryJson() {}

    static JsonBytes of(RatedRecord rated, RecordTrace trace, @Nullable Allocation allocation) {
        CountedRecord record = rated.record();
        JsonBytes json = new JsonBytes(4_096).open('{').name("record").open('{');
        UsageRecordJson.properties(json, record.usage(), rated.charge(), record.timestampMs());
        json.close('}')
                .name("log")
                .open('{')
                .property("topic", Topics.USAGE_REPORTED.name())
                .property("partition", record.partition())
                .property("offset", record.offset())
                .property("appended_at", Timestamps.format(trace.appendedAtMs()))
                .close('}');
        price(json, rated);
        if (allocation == null) {
            json.property("allocation", null);
        } else {
            json.name("allocation").open('{');
            AllocationJson.properties(json, allocation);
            json.close('}');
        }
        json.name("repeats").open('[');
        trace.repeats().forEach(repeat -> repeat(json, repeat));
        return json.close(']').property("repeats_complete", trace.complete()).close('}');
    }

    private static void price(JsonBytes json, RatedRecord rated) {
        PriceMatch match = rated.match();
        if (match == null) {
            json.property("price", null);
        } else {
            json.name("price").open('{');
            PriceJson.properties(json, rated.book(), match, rated.record().timestampMs());
            json.close('}');
        }
        json.name("breakdown").open('[');
        if (match == null) {
            unpriced(json, RateClass.INPUT, rated.record().usage().tokens().input());
            unpriced(json, RateClass.OUTPUT, rated.record().usage().tokens().output());
        }
        rated.lines().forEach(line -> PriceJson.line(json, line));
        json.close(']')
                .propertyRaw("request_cost", Money.ofPico(rated.charge().requestPico()).toString())
                .property("exact", rated.exact());
    }

    /** Without a price the record still says how many tokens there were. */
    private static void unpriced(JsonBytes json, RateClass rateClass, long tokens) {
        json.open('{')
                .property("class", rateClass.wireName())
                .property("tokens", tokens)
                .property("rate", null)
                .property("cost", null)
                .close('}');
    }

    private static void repeat(JsonBytes json, RecordRepeat repeat) {
        json.open('{')
                .property("kind", repeat.kind().wireName())
                .property("partition", repeat.partition())
                .property("offset", repeat.offset())
                .property("appended_at", Timestamps.format(repeat.appendedAtMs()))
                .close('}');
    }
}
