package tekton.budget.bench.oracle;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Adds up what a ledger has decided, event by event, and says where it broke its promise: a grant
 * beyond a hard limit, a refusal of what would have fitted, a request with no decision or two, a
 * second allocation for one idempotency key, an end that gives back something else than was left.
 * Naive on purpose, and without any code of the product.
 *
 * <p>What is spent from these budgets must be within allocations, at the dearest rate: then a draw
 * moves money from reserved to used and leaves their sum alone, so that it does not matter when.
 *
 * <p>First every request, then every event in the order of its partition.
 */
public final class LedgerOracle {

    /** Where an event may name its budget. */
    private static final List<String> PARTS = List.of("allocation", "policy", "budget");

    private final Map<String, List<Account>> accounts = new HashMap<>();
    private final Map<String, LoggedRequest> asked = new HashMap<>();
    private final Map<String, Grant> grants = new HashMap<>();
    private final Map<String, LoggedDecision> outcomes = new HashMap<>();
    private final Consumer<String> wrong;

    /**
     * @param limits every hard limit of some budgets; other budgets are not looked at
     * @param wrong takes a sentence for each broken promise
     */
    public LedgerOracle(Collection<HardLimit> limits, Consumer<String> wrong) {
        limits.forEach(
                limit ->
                        accounts.computeIfAbsent(limit.budgetId(), _ -> new ArrayList<>())
                                .add(new Account(limit)));
        this.wrong = wrong;
    }

    /** What a limit has given away so far, by context where each has it for itself. */
    private static final class Account {
        private final HardLimit limit;
        private final Map<String, BigDecimal> given = new HashMap<>();
        private BigDecimal most = BigDecimal.ZERO;

        Account(HardLimit limit) {
            this.limit = limit;
        }

        private String keyOf(String contextId) {
            return limit.perSession() ? contextId : "";
        }

        BigDecimal given(String contextId) {
            return given.getOrDefault(keyOf(contextId), BigDecimal.ZERO);
        }

        BigDecimal left(String contextId) {
            return limit.limit().subtract(given(contextId));
        }

        void give(String contextId, BigDecimal amount) {
            most = most.max(given.merge(keyOf(contextId), amount, BigDecimal::add));
        }
    }

    /** A request; an empty key means that it has none, and only who has one may write it again. */
    private static final class LoggedRequest {
        private final String budgetId;
        private final String contextId;
        private final String tier;
        private final String key;
        private final long tokens;
        private final long requests;
        private int written = 1;
        private int decided;

        LoggedRequest(JsonNode head, JsonNode request) {
            budgetId = text(head, "budget_id");
            contextId = request.path("context_id").asString("");
            tier = request.path("scope").path("tier").asString("");
            key = head.path("repeat").path("key").asString("");
            tokens = request.path("tokens").asLong(0);
            requests = request.path("max_requests").asLong(1);
        }
    }

    private static final class Grant {
        private final LoggedRequest request;
        private long usedTokens;
        private boolean ended;

        Grant(LoggedRequest request) {
            this.request = request;
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
        if (!accounts.containsKey(text(head, "budget_id"))) {
            return;
        }
        LoggedRequest written = new LoggedRequest(head, request);
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
        if (!accounts.containsKey(budgetOf(event))) {
            return;
        }
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
                // Facts about usage.
            }
        }
    }

    private static String budgetOf(JsonNode event) {
        JsonNode of =
                event.path("kind").asString("").equals("repeated") ? event.path("first") : event;
        for (String part : PARTS) {
            String id = of.path(part).path("budget_id").asString("");
            if (!id.isEmpty()) {
                return id;
            }
        }
        return of.path("budget_id").asString("");
    }

    private void granted(JsonNode event) {
        LoggedRequest request = decided(event);
        JsonNode allocation = event.path("allocation");
        String id = text(allocation, "allocation_id");
        long tokens = allocation.path("tokens").asLong(-1);
        if (request == null) {
            return;
        }
        if (tokens != request.tokens) {
            wrong.accept(
                    "granted other than asked, %d tokens: %s".formatted(request.tokens, event));
        }
        if (grants.put(id, new Grant(request)) != null) {
            wrong.accept("granted twice: " + id);
        }
        keep(request, new LoggedDecision(id, BigDecimal.ZERO));
        for (Account account : accountsOf(request)) {
            checkRate(account, allocation);
            account.give(request.contextId, account.limit.amount(tokens, request.requests));
            if (account.left(request.contextId).signum() < 0
                    && !allocation.path("overrode").asBoolean(false)) {
                wrong.accept(
                        "overspent: %s given of %s %s after %s"
                                .formatted(
                                        account.given(request.contextId),
                                        account.limit.limit(),
                                        account.limit.measure(),
                                        id));
            }
        }
    }

    /** Of the limits that a request must fit. */
    private List<Account> accountsOf(LoggedRequest request) {
        return accounts.getOrDefault(request.budgetId, List.of()).stream()
                .filter(account -> account.limit.covers(request.tier))
                .toList();
    }

    private void checkRate(Account account, JsonNode allocation) {
        if (account.limit.measure().equals("cost")) {
            JsonNode price = allocation.path("price");
            BigDecimal rate = price.path("rate_pico").asDecimal(BigDecimal.ZERO);
            BigDecimal fee = price.path("request_pico").asDecimal(BigDecimal.ZERO);
            if (rate.movePointLeft(12).compareTo(account.limit.perToken()) != 0
                    || fee.movePointLeft(12).compareTo(account.limit.perRequest()) != 0) {
                wrong.accept("held at another rate than the dearer one: " + allocation);
            }
        }
    }

    private void refused(JsonNode event) {
        LoggedRequest request = decided(event);
        JsonNode refusal = event.path("refusal");
        if (request == null || !text(refusal, "code").equals("insufficient_budget")) {
            return;
        }
        Map<String, Account> inTheWay = new HashMap<>();
        for (Account account : accountsOf(request)) {
            if (amount(account, request).compareTo(account.left(request.contextId)) > 0) {
                inTheWay.put(account.limit.policyId() + account.limit.measure(), account);
            }
        }
        if (inTheWay.isEmpty()) {
            wrong.accept(
                    "refused although %s is left: %s"
                            .formatted(
                                    accountsOf(request).stream()
                                            .map(each -> each.left(request.contextId))
                                            .map(BigDecimal::toPlainString)
                                            .collect(Collectors.joining(" and ")),
                                    event));
        }
        BigDecimal left = BigDecimal.ZERO;
        boolean isFirst = true;
        for (JsonNode blocking : refusal.path("blocking")) {
            Account account =
                    inTheWay.remove(text(blocking, "policy_id") + text(blocking, "measure"));
            if (account == null) {
                wrong.accept("a refusal that does not name the limit in the way: " + event);
                continue;
            }
            left = isFirst ? account.left(request.contextId) : left;
            isFirst = false;
            checkNumbers(account, request, blocking, event);
        }
        if (!inTheWay.isEmpty()) {
            wrong.accept("a refusal that does not name every limit in the way: " + event);
        }
        keep(request, new LoggedDecision("", left));
    }

    private void checkNumbers(
            Account account, LoggedRequest request, JsonNode blocking, JsonNode event) {
        BigDecimal taken = number(blocking, "used").add(number(blocking, "reserved"));
        BigDecimal given = account.given(request.contextId);
        BigDecimal amount = amount(account, request);
        if (taken.compareTo(given) != 0
                || number(blocking, "limit").compareTo(account.limit.limit()) != 0
                || number(blocking, "asked").compareTo(amount) != 0) {
            wrong.accept(
                    "a refusal's numbers, must be %s given and %s asked: %s"
                            .formatted(given, amount, event));
        }
    }

    private static BigDecimal amount(Account account, LoggedRequest request) {
        return account.limit.amount(request.tokens, request.requests);
    }

    private void repeated(JsonNode event) {
        LoggedRequest request = decided(event);
        JsonNode first = event.path("first");
        if (request == null) {
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
        Grant grant = grants.get(text(allocation, "allocation_id"));
        if (grant == null) {
            wrong.accept("returned other than was open (unknown): " + event);
            return;
        }
        long usedTokens =
                allocation.path("input_tokens").asLong(0)
                        + allocation.path("output_tokens").asLong(0);
        long usedRequests = allocation.path("requests").path("used").asLong(0);
        LoggedRequest request = grant.request;
        long open = grant.ended ? 0 : request.tokens - usedTokens;
        if (returnedTokens != open) {
            wrong.accept("returned other than was open (%d): %s".formatted(open, event));
            return;
        }
        if (grant.ended) {
            return;
        }
        grant.ended = true;
        grant.usedTokens = usedTokens;
        for (Account account : accountsOf(request)) {
            account.give(
                    request.contextId,
                    account.limit.amount(returnedTokens, request.requests - usedRequests).negate());
            BigDecimal cost = allocation.path("cost").asDecimal(BigDecimal.ZERO);
            if (account.limit.measure().equals("cost")
                    && cost.compareTo(account.limit.amount(usedTokens, usedRequests)) != 0) {
                wrong.accept("another cost than that of what was used: " + event);
            }
        }
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

    /** What of a limit can still be granted to a context. */
    public BigDecimal left(HardLimit limit, String contextId) {
        return account(limit).left(contextId);
    }

    /** The most that was given away at any time; of a limit per session to one context. */
    public BigDecimal most(HardLimit limit) {
        return account(limit).most;
    }

    private Account account(HardLimit limit) {
        return accounts.getOrDefault(limit.budgetId(), List.of()).stream()
                .filter(account -> account.limit.equals(limit))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no account of " + limit));
    }

    /** What the allocations that have ended had used, in tokens. */
    public Map<String, Long> usedOfEnded() {
        return grants.entrySet().stream()
                .filter(grant -> grant.getValue().ended)
                .collect(Collectors.toMap(Map.Entry::getKey, grant -> grant.getValue().usedTokens));
    }

    /** What came of an idempotency key; empty when it was never decided. */
    public Optional<LoggedDecision> outcome(String budgetId, String key) {
        return Optional.ofNullable(outcomes.get(keyOf(budgetId, key)));
    }

    /** The key under which an allocation was granted; empty when there is no such allocation. */
    public Optional<String> keyOf(String allocationId) {
        return Optional.ofNullable(grants.get(allocationId)).map(grant -> grant.request.key);
    }

    /** Whether an allocation is known and has not ended. */
    public boolean isOpen(String allocationId) {
        Grant grant = grants.get(allocationId);
        return grant != null && !grant.ended;
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
