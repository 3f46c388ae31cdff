package tekton.budget.bench.oracle;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Adds up what a ledger has decided, event by event, and says where it broke its promise: a grant
 * beyond a hard limit, a refusal of what would have fitted, a request with no decision or two, a
 * second allocation for one idempotency key. For budgets from which nothing is spent, only granted,
 * released and expired. Naive on purpose, and without any code of the product.
 *
 * <p>First every request, then every event in the order of its partition.
 */
public final class LedgerOracle {

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, LoggedRequest> asked = new HashMap<>();
    private final Map<String, Grant> grants = new HashMap<>();
    private final Map<String, LoggedDecision> outcomes = new HashMap<>();
    private final Consumer<String> wrong;

    /**
     * @param limits at most one for each budget; other budgets are not looked at
     * @param wrong takes a sentence for each broken promise
     */
    public LedgerOracle(Collection<HardLimit> limits, Consumer<String> wrong) {
        limits.forEach(limit -> accounts.put(limit.budgetId(), new Account(limit)));
        this.wrong = wrong;
    }

    /** What a limit has given away so far. */
    private static final class Account {
        private final HardLimit limit;
        private BigDecimal given = BigDecimal.ZERO;
        private BigDecimal most = BigDecimal.ZERO;

        Account(HardLimit limit) {
            this.limit = limit;
        }

        BigDecimal left() {
            return limit.limit().subtract(given);
        }
    }

    /** A request; an empty key means that it has none, and only who has one may write it again. */
    private static final class LoggedRequest {
        private final String budgetId;
        private final String key;
        private final long tokens;
        private int written = 1;
        private int decided;

        LoggedRequest(String budgetId, String key, long tokens) {
            this.budgetId = budgetId;
            this.key = key;
            this.tokens = tokens;
        }
    }

    private static final class Grant {
        private final String key;
        private long openTokens;

        Grant(String key, long openTokens) {
            this.key = key;
            this.openTokens = openTokens;
        }
    }

    /**
     * What came of an idempotency key.
     *
     * @param allocationId the allocation; empty when it was refused
     * @param left what was left when it was refused; else zero
     */
    public record LoggedDecision(String allocationId, BigDecimal left) {}

    /** Takes a value of the requests' topic. */
    public void request(JsonNode request) {
        JsonNode head = request.path("head");
        LoggedRequest written =
                new LoggedRequest(
                        text(head, "budget_id"),
                        head.path("repeat").path("key").asString(""),
                        request.path("tokens").asLong(0));
        LoggedRequest earlier = asked.putIfAbsent(text(head, "request_id"), written);
        if (earlier == null) {
            return;
        }
        earlier.written++;
        if (written.key.isEmpty()) {
            wrong.accept("written twice without a key: " + request);
        }
    }

    /** Takes a value of the decisions' topic. */
    public void event(JsonNode event) {
        switch (text(event, "kind")) {
            case "granted" -> granted(event);
            case "refused" -> refused(event);
            case "repeated" -> repeated(event);
            case "released" -> {
                decided(event);
                returned(event, event.path("released_tokens").asLong(-1));
            }
            case "ended" -> returned(event, event.path("returned_tokens").asLong(-1));
            case "budget_defined", "policy_defined" -> decided(event);
            default -> {
                // Facts about usage: there is none in these budgets.
            }
        }
    }

    private void granted(JsonNode event) {
        LoggedRequest request = decided(event);
        JsonNode allocation = event.path("allocation");
        String id = text(allocation, "allocation_id");
        long tokens = allocation.path("tokens").asLong(-1);
        Account account = accounts.get(text(allocation, "budget_id"));
        if (account == null || request == null) {
            return;
        }
        if (tokens != request.tokens) {
            wrong.accept(
                    "granted other than asked, %d tokens: %s".formatted(request.tokens, event));
        }
        if (grants.put(id, new Grant(request.key, tokens)) != null) {
            wrong.accept("granted twice: " + id);
        }
        keep(request, new LoggedDecision(id, BigDecimal.ZERO));
        checkRate(account, allocation);
        account.given = account.given.add(account.limit.amount(tokens));
        account.most = account.most.max(account.given);
        if (account.left().signum() < 0 && !allocation.path("overrode").asBoolean(false)) {
            wrong.accept(
                    "overspent: %s given of %s %s after %s"
                            .formatted(
                                    account.given,
                                    account.limit.limit(),
                                    account.limit.measure(),
                                    id));
        }
    }

    private void checkRate(Account account, JsonNode allocation) {
        if (account.limit.measure().equals("cost")) {
            BigDecimal rate = allocation.path("price").path("rate_pico").asDecimal(BigDecimal.ZERO);
            if (rate.movePointLeft(12).compareTo(account.limit.perToken()) != 0) {
                wrong.accept("held at another rate than the dearer one: " + allocation);
            }
        }
    }

    private void refused(JsonNode event) {
        LoggedRequest request = decided(event);
        Account account = accounts.get(text(event, "budget_id"));
        JsonNode refusal = event.path("refusal");
        if (account == null
                || request == null
                || !text(refusal, "code").equals("insufficient_budget")) {
            return;
        }
        BigDecimal amount = account.limit.amount(request.tokens);
        if (amount.compareTo(account.left()) <= 0) {
            wrong.accept("refused although %s is left: %s".formatted(account.left(), event));
        }
        keep(request, new LoggedDecision("", account.left()));
        for (JsonNode blocking : refusal.path("blocking")) {
            if (text(blocking, "policy_id").equals(account.limit.policyId())
                    && text(blocking, "measure").equals(account.limit.measure())) {
                BigDecimal taken = number(blocking, "used").add(number(blocking, "reserved"));
                if (taken.compareTo(account.given) != 0
                        || number(blocking, "limit").compareTo(account.limit.limit()) != 0
                        || number(blocking, "asked").compareTo(amount) != 0) {
                    wrong.accept(
                            "a refusal's numbers, must be %s given and %s asked: %s"
                                    .formatted(account.given, amount, event));
                }
                return;
            }
        }
        wrong.accept("a refusal that does not name the limit in the way: " + event);
    }

    private void repeated(JsonNode event) {
        LoggedRequest request = decided(event);
        JsonNode first = event.path("first");
        if (request == null || !accounts.containsKey(request.budgetId)) {
            return;
        }
        LoggedDecision outcome = outcomes.get(keyOf(request.budgetId, request.key));
        String id = first.path("allocation").path("allocation_id").asString("");
        if (request.key.isEmpty() || outcome == null || !outcome.allocationId().equals(id)) {
            wrong.accept("repeats something else than its key's first decision: " + event);
        }
    }

    /** Takes back what an allocation did not use. */
    private void returned(JsonNode event, long returnedTokens) {
        JsonNode allocation = event.path("allocation");
        Account account = accounts.get(text(allocation, "budget_id"));
        if (account == null) {
            return;
        }
        Grant grant = grants.get(text(allocation, "allocation_id"));
        if (grant == null || returnedTokens != grant.openTokens) {
            wrong.accept(
                    "returned other than was open (%s): %s"
                            .formatted(grant == null ? "unknown" : grant.openTokens, event));
            return;
        }
        grant.openTokens = 0;
        account.given = account.given.subtract(account.limit.amount(returnedTokens));
    }

    /** The request that is decided; null when nobody knows it. */
    private @Nullable LoggedRequest decided(JsonNode event) {
        LoggedRequest request = asked.get(text(event, "request_id"));
        if (request == null) {
            wrong.accept("decided and never asked: " + event);
            return null;
        }
        request.decided++;
        if (request.decided > request.written) {
            wrong.accept("decided twice: " + event);
        }
        return request;
    }

    private void keep(LoggedRequest request, LoggedDecision outcome) {
        if (request.key.isEmpty()) {
            return;
        }
        LoggedDecision earlier =
                outcomes.putIfAbsent(keyOf(request.budgetId, request.key), outcome);
        if (earlier != null) {
            wrong.accept(
                    "two decisions for key %s: %s and %s".formatted(request.key, earlier, outcome));
        }
    }

    private static String keyOf(String budgetId, String key) {
        return budgetId + '\n' + key;
    }

    /** After the last event: names what has not been decided. */
    public void end() {
        asked.forEach(
                (requestId, request) -> {
                    if (request.decided < request.written) {
                        wrong.accept("never decided: request " + requestId);
                    }
                });
    }

    /** What can still be granted from a budget. */
    public BigDecimal left(String budgetId) {
        return account(budgetId).left();
    }

    /** The most that was given away at any time. */
    public BigDecimal most(String budgetId) {
        return account(budgetId).most;
    }

    private Account account(String budgetId) {
        Account account = accounts.get(budgetId);
        if (account == null) {
            throw new IllegalArgumentException("no limit for " + budgetId);
        }
        return account;
    }

    /** What came of an idempotency key; empty when it was never decided. */
    public Optional<LoggedDecision> outcome(String budgetId, String key) {
        return Optional.ofNullable(outcomes.get(keyOf(budgetId, key)));
    }

    /** The key under which an allocation was granted; empty when there is no such allocation. */
    public Optional<String> keyOf(String allocationId) {
        return Optional.ofNullable(grants.get(allocationId)).map(grant -> grant.key);
    }

    /** Whether an allocation is known and has not ended. */
    public boolean isOpen(String allocationId) {
        Grant grant = grants.get(allocationId);
        return grant != null && grant.openTokens > 0;
    }

    /** How many allocations were granted. */
    public int granted() {
        return grants.size();
    }

    /** How many requests there were. */
    public int requests() {
        return asked.size();
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isString()) {
            throw new IllegalArgumentException(name + ": no text in " + json);
        }
        return value.asString();
    }

    private static BigDecimal number(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isNumber()) {
            throw new IllegalArgumentException(name + ": no number in " + json);
        }
        return value.decimalValue();
    }
}
