package tekton.budget.api.live;

import tekton.budget.api.http.AlertJson;
import tekton.budget.api.ledger.AllocationJson;
import tekton.budget.api.ledger.PolicyJson;
import tekton.budget.api.prices.PriceJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.PricePublished;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Policy;
import tekton.budget.pricing.PriceSpan;

import java.time.Instant;

/** The frames that tell of what a topic has brought. */
final class Push {

    private Push() {}

    /** A budget event. Some clients read it from the payload, others from a list in it. */
    static String alert(BudgetEvent event, String alert) {
        String list = "\"alerts\":[" + alert + "]}";
        // The alert is an object with properties, so that cutting its end off leaves room for one
        // more.
        String payload = alert.substring(0, alert.length() - 1) + ',' + list;
        return Frame.of("alert", LiveTopic.ALERTS.wireName(), payload, event.at().toEpochMilli());
    }

    /** A budget event as a JSON object. */
    static String alertJson(BudgetEvent event) {
        JsonBytes json = new JsonBytes(768).open('{');
        AlertJson.properties(json, event);
        return json.close('}').toString();
    }

    /** An allocation as it is from now on. */
    static String allocation(Allocation allocation, long atMs) {
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("allocation_id", allocation.allocationId())
                        .name("allocation")
                        .open('{');
        AllocationJson.properties(json, allocation);
        return Frame.of(
                "allocation_update",
                LiveTopic.ALLOCATIONS.wireName(),
                json.close('}').close('}').toString(),
                atMs);
    }

    /** A policy as it is from now on. */
    static String policy(Policy policy, long atMs) {
        JsonBytes json =
                new JsonBytes(768)
                        .open('{')
                        .property("policy_id", policy.policyId())
                        .name("policy")
                        .open('{');
        PolicyJson.properties(json, policy);
        return Frame.of(
                "policy_update",
                LiveTopic.UPDATES.wireName(),
                json.close('}').close('}').toString(),
                atMs);
    }

    /**
     * A price version, as it holds when no other comes.
     *
     * @param atMs when it was published
     */
    static String price(PricePublished price, long atMs) {
        Instant until = price.endsAt();
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("provider", price.provider())
                        .property("model", price.model())
                        .name("update")
                        .open('{');
        PriceJson.properties(
                json,
                new PriceSpan(
                        price,
                        price.effectiveFrom().toEpochMilli(),
                        until == null ? PriceSpan.OPEN : until.toEpochMilli()));
        return Frame.of(
                "price_update",
                LiveTopic.PRICES.wireName(),
                json.close('}').close('}').toString(),
                atMs);
    }
}
