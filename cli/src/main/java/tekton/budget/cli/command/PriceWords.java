package tekton.budget.cli.command;

import java.util.List;

/** Commands about prices. */
final class PriceWords {

    private static final String PRICES =
            "provider:Provider|model:Model|input_cost_per_token:Input USD/M:rate"
                    + "|output_cost_per_token:Output USD/M:rate|price_type:Type|source:Source"
                    + "|verified:Verified:flag|effective_from:From:time|effective_to:To:time";

    private static final String PRICE =
            PRICES
                    + "|fixed_cost_per_request:Per request:money|pricing_id:Version|rates:Rates"
                    + "|long_context:Long context|service_tiers:Service tiers|matched:Matched";

    private static final String COST =
            "provider:Provider|model:Model|matched.model:Priced as|input_tokens:Input:count"
                    + "|output_tokens:Output:count|input_cost:Input USD:money"
                    + "|output_cost:Output USD:money|request_cost:Per request:money"
                    + "|total_cost:Total USD:money|pricing_version:Price|estimated:Estimated:flag";

    private PriceWords() {}

    static List<CliCommand> commands() {
        return List.of(
                new CliCommand("prices list", "the prices in force")
                        .example("budget prices list --provider anthropic")
                        .get("/api/prices")
                        .filters("provider", "model", "source")
                        .flag("--verified", "verified", "true", "only verified ones")
                        .query("--at", "at", "as they were at this time")
                        .paged()
                        .rows(PRICES),
                new CliCommand("prices get", "the price that holds for a model, whatever its name")
                        .example("budget prices get anthropic claude-3-opus")
                        .argument("PROVIDER", "such as anthropic")
                        .argument("MODEL", "such as claude-3-opus")
                        .always("provider", "{0}")
                        .always("model", "{1}")
                        .text("--at", "at", "as it was at this time")
                        .post("/api/prices/current")
                        .object(PRICE),
                new CliCommand("prices history", "what was, is and will be in force")
                        .example("budget prices history openai gpt-4o")
                        .argument("PROVIDER", "such as openai")
                        .argument("MODEL", "the name as it is listed")
                        .get("/api/prices/history/{0}/{1}")
                        .rows(PRICES),
                new CliCommand("prices set", "an operator's price, which wins over all sources")
                        .example(
                                "budget prices set local llama-3 --input-rate 0.0000001"
                                        + " --output-rate 0.0000002")
                        .argument("PROVIDER", "such as local")
                        .argument("MODEL", "its name")
                        .number("--input-rate", "input_cost_per_token", "USD for one token")
                        .number("--output-rate", "output_cost_per_token", "USD for one token")
                        .number("--per-request", "fixed_cost_per_request", "USD for one call")
                        .json("--rates", "rates", "every class of token, as in: prices get")
                        .json("--long-context", "long_context", "as in: prices get")
                        .json("--service-tiers", "service_tiers", "as in: prices get")
                        .text("--from,--effective-from", "effective_from", "ISO-8601; now")
                        .put("/api/prices/{0}/{1}")
                        .says("{message}"),
                new CliCommand("prices unset", "ends an operator's price")
                        .example("budget prices unset local llama-3")
                        .argument("PROVIDER", "such as local")
                        .argument("MODEL", "its name")
                        .asks("End the operator's price of {0} {1}?")
                        .delete("/api/prices/{0}/{1}")
                        .says("{message}"),
                new CliCommand("prices update", "has every source asked now")
                        .example("budget prices update")
                        .act("/api/prices/update")
                        .object(
                                "message:Result|state:State|updates_started:Started:count"
                                        + "|sources:Sources|prices_published:Published:count"),
                new CliCommand("prices sources", "how each source did when it was asked last")
                        .example("budget prices sources")
                        .get("/api/prices/sources")
                        .rows(
                                "source:Source|status:Status|models:Models:count"
                                    + "|quarantined:Quarantined:count|unread:Unread:count"
                                    + "|fetched_at:Fetched:time|failure:Failure|location:Location"),
                new CliCommand("prices disagreements", "models that sources do not agree about")
                        .example("budget prices disagreements")
                        .get("/api/prices/disagreements")
                        .rows(
                                "provider:Provider|model:Model|source:Source|other_source:Other"
                                        + "|message:How|found_at:Found:time"),
                new CliCommand("prices quarantine", "prices that are not believed")
                        .example("budget prices quarantine --state held")
                        .get("/api/prices/quarantine")
                        .query("--state", "state", "which (held)", "held", "released", "rejected")
                        .filters("source", "provider")
                        .paged()
                        .rows(
                                "quarantine_id:Id|provider:Provider|model:Model|source:Source"
                                        + "|state:State|reasons:Reasons|found_at:Found:time"),
                quarantine("release", "believes a quarantined price and publishes it"),
                quarantine("reject", "never believes a quarantined price"),
                calculation(new CliCommand("prices calculate", "the cost of one call"))
                        .example(
                                "budget prices calculate --provider anthropic --model claude-3-opus"
                                        + " --input-tokens 100 --output-tokens 250"),
                calculation(new CliCommand("calc-cost", "the cost of one call (Tekton's words)"))
                        .example(
                                "budget calc-cost --provider anthropic --model claude-3-opus"
                                        + " --input-tokens 100 --output-tokens 250"),
                new CliCommand("recommend", "models that cost less")
                        .example(
                                "budget recommend --provider openai --model gpt-4o --context-size"
                                        + " 8000")
                        .post("/api/prices/recommendations")
                        .text("--provider", "provider", "of the model to compare with")
                        .text(
                                "--model",
                                "model",
                                "the model to compare with; else all, cheapest first")
                        .number("--context-size", "context_size", "tokens in a call (4000)")
                        .number("--output-size", "output_size", "tokens that come out")
                        .number("--max-cost", "max_cost", "USD for a call")
                        .text("--prefer-provider", "prefer_provider", "those of this one first")
                        .text("--task-type", "task_type", "what for")
                        .text("--at", "at", "with the prices of this time")
                        .rows(
                                "provider:Provider|model:Model|estimated_cost:Cost USD:money"
                                        + "|savings:Saves USD:money|reason:Why"));
    }

    private static CliCommand quarantine(String verb, String summary) {
        return new CliCommand("prices " + verb, summary)
                .example("budget prices " + verb + " 0139f1a2eb62122ce0dffe85")
                .argument("ID", "of: budget prices quarantine")
                .asks(
                        verb.equals("release")
                                ? "Believe the price {0} and charge by it?"
                                : "Reject the price {0} for good?")
                .act("/api/prices/quarantine/{0}/" + verb)
                .object(
                        "quarantine_id:Id|provider:Provider|model:Model|state:State|message:Result");
    }

    private static CliCommand calculation(CliCommand command) {
        return command.post("/api/prices/calculate")
                .text("--provider", "provider", "such as anthropic")
                .required()
                .text("--model", "model", "such as claude-3-opus")
                .required()
                .number("--input-tokens", "input_tokens", "tokens that go in")
                .required()
                .number("--output-tokens", "output_tokens", "tokens that come out (0)")
                .number("--cached-input-tokens", "cached_input_tokens", "of the input")
                .number("--cache-write-tokens", "cache_write_tokens", "of the input")
                .text("--service-tier", "service_tier", "standard, batch, flex or priority")
                .text("--at", "at", "with the price of this time")
                .object(COST);
    }
}
