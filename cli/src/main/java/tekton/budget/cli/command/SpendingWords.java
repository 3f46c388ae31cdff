package tekton.budget.cli.command;

import java.util.List;

/** Commands about budgets, their limits, and what is held of them. */
final class SpendingWords {

    private static final String[] TYPES = {"ignore", "warn", "soft_limit", "hard_limit"};

    private static final String BUDGET =
            "budget_id:Budget|name:Name|description:Description|owner:Owner|zone:Zone"
                    + "|is_active:Active:flag|created_at:Created:time|updated_at:Changed:time"
                    + "|policies:Policies|metadata:Metadata";

    private static final String POLICY =
            "policy_id:Policy|budget_id:Budget|type:Type|period:Period|tier:Tier|provider:Provider"
                    + "|component:Component|task_type:Task type|token_limit:Tokens:count"
                    + "|cost_limit:Cost USD:money|warning_threshold:Warns at:share"
                    + "|action_threshold:Acts at:share|enabled:Enabled:flag";

    private static final String ALLOCATION =
            "allocation_id:Allocation|state:State|budget_id:Budget|context_id:Context"
                    + "|component:Component|provider:Provider|model:Model|task_type:Task type"
                    + "|tokens_allocated:Tokens:count|tokens_used:Used:count"
                    + "|remaining_tokens:Left:count|estimated_cost:Estimated USD:money"
                    + "|actual_cost:Cost USD:money|expiration_time:Expires:time";

    private static final String ALLOCATIONS =
            "allocation_id:Allocation|context_id:Context|component:Component|provider:Provider"
                + "|model:Model|tokens_allocated:Tokens:count|tokens_used:Used:count|estimated_cost:Estimated"
                + " USD:money|state:State|expiration_time:Expires:time";

    private SpendingWords() {}

    static List<CliCommand> commands() {
        return List.of(
                new CliCommand("budgets list", "all budgets, active ones first")
                        .example("budget budgets list --owner ann")
                        .get("/api/budgets")
                        .query("--owner", "owner", "only those of this owner")
                        .query("--name", "name", "only those with this name")
                        .flag("--active", "is_active", "true", "only active ones")
                        .flag("--inactive", "is_active", "false", "only deactivated ones")
                        .paged()
                        .rows(
                                "budget_id:Budget|name:Name|owner:Owner|zone:Zone|is_active:Active:flag"
                                    + "|created_at:Created:time"),
                new CliCommand("budgets get", "one budget")
                        .example("budget budgets get team-a")
                        .argument("ID", "the budget's id")
                        .get("/api/budgets/{0}")
                        .object(BUDGET),
                new CliCommand("budgets summary", "how the limits of one budget stand")
                        .example("budget budgets summary team-a --period monthly")
                        .argument("ID", "the budget's id")
                        .query("--period", "period", "which period (daily)")
                        .get("/api/budgets/{0}/summary")
                        .rows(
                                "period:Period|type:Type|tier:Tier|provider:Provider|component:Component|task_type:Task"
                                    + " type"
                                    + "|total_tokens_used:Tokens:count|token_limit:of:count|total_cost:Cost"
                                    + " USD:money|cost_limit:of:money|reserved_tokens:Reserved:count|exhausted_at:Full"
                                    + " at:time"),
                new CliCommand("budgets create", "a new budget")
                        .example("budget budgets create 'Team A' --id team-a --zone Europe/Berlin")
                        .argument("NAME", "its name, up to 256 characters")
                        .always("name", "{0}")
                        .text(
                                "--id,--budget-id",
                                "budget_id",
                                "letters, digits, - and _; else random")
                        .text("--description", "description", "up to 2,000 characters")
                        .text("--owner", "owner", "whose it is")
                        .text("--budget-zone", "zone", "where its days begin (UTC); never changes")
                        .json("--metadata", "metadata", "a JSON object")
                        .post("/api/budgets")
                        .says(
                                "Budget {budget_id} ({name}) is there. Limit it: budget limits set"
                                        + " daily --budget {budget_id} --cost 5"),
                new CliCommand("budgets update", "changes what is named")
                        .example("budget budgets update team-a --owner bob")
                        .argument("ID", "the budget's id")
                        .text("--name", "name", "another name")
                        .text("--description", "description", "another description")
                        .text("--owner", "owner", "another owner")
                        .truth("--activate", "is_active", "true", "lets it grant again")
                        .json("--metadata", "metadata", "a JSON object")
                        .put("/api/budgets/{0}")
                        .object(BUDGET),
                new CliCommand("budgets deactivate", "grants no more, and releases what is open")
                        .example("budget budgets deactivate team-a")
                        .argument("ID", "the budget's id")
                        .asks("Deactivate the budget {0} and release its open allocations?")
                        .delete("/api/budgets/{0}")
                        .says("{message}"),
                policyFilters(new CliCommand("policies list", "limits as they were made"))
                        .example("budget policies list --budget team-a"),
                new CliCommand("policies get", "one policy")
                        .example("budget policies get team-a.default-17")
                        .argument("ID", "the policy's id")
                        .get("/api/policies/{0}")
                        .object(POLICY),
                limitOptions(new CliCommand("policies create", "the same as: budget limits set"))
                        .example("budget policies create daily --cost 5 --type hard_limit"),
                new CliCommand("policies update", "changes what is named")
                        .example("budget policies update team-a.default-17 --cost 10")
                        .argument("ID", "the policy's id")
                        .text("--type", "type", "what happens at the limit", TYPES)
                        .number("--tokens,--token-limit", "token_limit", "tokens in a period")
                        .number("--cost,--cost-limit", "cost_limit", "USD in a period")
                        .number("--warning-threshold", "warning_threshold", "a fraction (0.8)")
                        .number("--action-threshold", "action_threshold", "a fraction (0.95)")
                        .truth("--enable", "enabled", "true", "lets it count again")
                        .put("/api/policies/{0}")
                        .object(POLICY),
                new CliCommand("policies disable", "limits no more")
                        .example("budget policies disable team-a.default-17")
                        .argument("ID", "the policy's id")
                        .asks("Disable the policy {0}?")
                        .delete("/api/policies/{0}")
                        .says("{message}"),
                policyFilters(new CliCommand("limits list", "the limits that are in force"))
                        .example("budget limits list --budget team-a --enabled"),
                limitOptions(
                                new CliCommand(
                                        "limits set", "makes a limit, or changes the one there"))
                        .example(
                                "budget limits set daily --budget team-a --cost 5 --tokens 200000"),
                new CliCommand("set-limit", "a cost limit (Tekton's words)")
                        .example("budget set-limit daily 5.00 --policy-type hard_limit")
                        .period("per which period")
                        .argument("LIMIT", "USD")
                        .always("type", "warn")
                        .always("period", "{0}")
                        .alwaysNumber("cost_limit", "{1}")
                        .text("--budget-id,--budget", "budget_id", "whose (default)")
                        .text("--policy-type", "type", "what happens at the limit (warn)", TYPES)
                        .text("--provider", "provider", "only calls of this provider")
                        .text("--tier", "tier", "only calls of this tier")
                        .text("--component", "component", "only calls of this component")
                        .number("--warning-threshold", "warning_threshold", "a fraction (0.8)")
                        .number("--action-threshold", "action_threshold", "a fraction (0.95)")
                        .post("/api/policies")
                        .says(
                                "{type} of {cost_limit} USD ({period}) for budget {budget_id}:"
                                        + " policy {policy_id}"),
                allocationOptions(
                                new CliCommand(
                                        "allocate create", "reserves tokens, or says why not"))
                        .example(
                                "budget allocate create --context chat-7 --component shop --tokens"
                                        + " 4000 --provider openai --model gpt-4o")
                        .post("/api/allocations")
                        .object(ALLOCATION),
                allocationOptions(
                                new CliCommand(
                                        "allocate check", "whether it would fit; reserves nothing"))
                        .example("budget allocate check --context c --component shop --tokens 4000")
                        .post("/api/check")
                        .object(
                                "allowed:Allowed:flag|reason:Reason|budget_id:Budget"
                                        + "|tokens_allocated:Tokens:count|estimated_cost:Estimated"
                                        + " USD:money|unpriced:Unpriced:flag|code:Code")
                        .runs(new CheckAction()),
                new CliCommand("allocate list", "allocations, the newest first")
                        .example("budget allocate list --active-only")
                        .get("/api/allocations")
                        .query("--budget,--budget-id", "budget_id", "only of this budget")
                        .query("--context,--context-id", "context_id", "only of this context")
                        .query("--component", "component", "only of this component")
                        .flag("--active-only", "is_active", "true", "only open ones")
                        .flag("--ended", "is_active", "false", "only ended ones")
                        .paged()
                        .rows(ALLOCATIONS),
                new CliCommand("allocate get", "one allocation")
                        .example("budget allocate get default.01a2…")
                        .argument("ID", "the allocation's id")
                        .get("/api/allocations/{0}")
                        .object(ALLOCATION),
                release("allocate release"),
                release("release"),
                allocationOptions(
                                new CliCommand(
                                        "allocate run",
                                        "holds tokens while a program runs, then releases"))
                        .example("budget allocate run --tokens 20000 -- ./nightly-report.sh")
                        .rest("CMD", "the program and its arguments, behind --")
                        .runs(new RunAction()),
                new CliCommand(
                                "refusals",
                                "allocations that were refused, with the limit in the way")
                        .example("budget refusals --budget team-a")
                        .get("/api/refusals")
                        .query("--budget,--budget-id", "budget_id", "only of this budget")
                        .query("--limit", "limit", "how many (100)")
                        .rows(
                                "refused_at:Time:time|budget_id:Budget|context_id:Context"
                                    + "|component:Component|model:Model|tokens_allocated:Asked:count"
                                    + "|message:Reason"));
    }

    private static CliCommand release(String words) {
        return new CliCommand(words, "gives back what an allocation still holds")
                .example("budget " + words + " default.01a2…")
                .argument("ID", "the allocation's id")
                .act("/api/allocations/{0}/release")
                .says("{message}: {tokens_released} tokens are free again");
    }

    private static CliCommand policyFilters(CliCommand command) {
        return command.get("/api/policies")
                .query("--budget,--budget-id", "budget_id", "only of this budget")
                .filters("period", "tier", "provider", "component", "task_type")
                .flag("--enabled", "enabled", "true", "only those in force")
                .flag("--disabled", "enabled", "false", "only those not in force")
                .paged()
                .rows(POLICY);
    }

    private static CliCommand limitOptions(CliCommand command) {
        return command.argument("PERIOD", "hourly, daily, weekly, monthly, per_session or per_task")
                .always("period", "{0}")
                .always("type", "hard_limit")
                .text("--budget,--budget-id", "budget_id", "whose (default)")
                .number("--tokens,--token-limit", "token_limit", "tokens in a period")
                .number("--cost,--cost-limit", "cost_limit", "USD in a period")
                .text("--type,--policy-type", "type", "what happens at it (hard_limit)", TYPES)
                .text("--tier", "tier", "only calls of this tier")
                .text("--provider", "provider", "only calls of this provider")
                .text("--component", "component", "only calls of this component")
                .text("--task-type", "task_type", "only calls of this task type")
                .number("--warning-threshold", "warning_threshold", "a fraction (0.8)")
                .number("--action-threshold", "action_threshold", "a fraction (0.95)")
                .post("/api/policies")
                .object(POLICY);
    }

    private static CliCommand allocationOptions(CliCommand command) {
        return command.text("--context,--context-id", "context_id", "the conversation or job")
                .text("--component", "component", "who calls")
                .number(
                        "--tokens,--tokens-allocated",
                        "tokens_allocated",
                        "how many; else a default")
                .text("--budget,--budget-id", "budget_id", "whose (default)")
                .text("--provider", "provider", "such as openai")
                .text("--model", "model", "such as gpt-4o")
                .text("--tier", "tier", "else it follows from the model")
                .text("--task-type", "task_type", "what for")
                .number("--priority", "priority", "1 to 10 (5); 10 passes hard limits")
                .text("--expires,--expiration-time", "expiration_time", "ISO-8601 (in 24 h)")
                .number("--max-requests", "max_requests", "for how many calls fees are held (1)")
                .text("--service-tier", "service_tier", "standard, batch, flex or priority")
                .json("--metadata", "metadata", "a JSON object");
    }
}
