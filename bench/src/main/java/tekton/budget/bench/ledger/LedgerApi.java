package tekton.budget.bench.ledger;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.http.HttpConnection;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks one process of the product for budgets, policies and allocations. One thread at a time. */
public final class LedgerApi implements AutoCloseable {

    /** The header that makes a repeat recognisable. */
    public static final String KEY = "Idempotency-Key";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long PAUSE_MS = 500;

    private final HttpConnection http;

    /**
     * @param timeout how long an answer may take
     */
    public LedgerApi(InetSocketAddress address, Duration timeout) {
        http = new HttpConnection(address, timeout);
    }

    /**
     * Makes a budget. Asks until answered, like everything here that returns an id.
     *
     * @return its id
     */
    public String createBudget(String name) throws IOException, InterruptedException {
        return made("/api/budgets", name, JSON.createObjectNode().put("name", name), "budget_id");
    }

    /**
     * Makes a hard limit per month on everything in a budget.
     *
     * @param field {@code token_limit} or {@code cost_limit}
     * @return its id
     */
    public String createHardLimit(String budgetId, String field, BigDecimal limit)
            throws IOException, InterruptedException {
        return createHardLimit(budgetId, field, limit, "monthly", "");
    }

    /**
     * Makes a hard limit.
     *
     * @param field {@code token_limit} or {@code cost_limit}
     * @param period {@code per_session}, say
     * @param tier of what it limits; empty for everything in the budget
     * @return its id
     */
    public String createHardLimit(
            String budgetId, String field, BigDecimal limit, String period, String tier)
            throws IOException, InterruptedException {
        ObjectNode policy =
                JSON.createObjectNode()
                        .put("budget_id", budgetId)
                        .put("type", "hard_limit")
                        .put("period", period)
                        .put(field, limit);
        if (!tier.isEmpty()) {
            policy.put("tier", tier);
        }
        String key = String.join("-", budgetId, field, period, tier);
        return made("/api/policies", key, policy, "policy_id");
    }

    /** Sets an operator's price; {@code body} as the API takes it. Asks until answered. */
    public void setPrice(String provider, String model, ObjectNode body)
            throws IOException, InterruptedException {
        String path = "/api/prices/" + provider + '/' + model;
        byte[] bytes = JSON.writeValueAsBytes(body);
        LedgerAnswer answer =
                untilAnswered(
                        "PUT " + path,
                        api -> LedgerAnswer.of(api.http.put(path, "application/json", bytes)));
        // 202 means that it is on its way.
        if (answer.status() != 200 && answer.status() != 202) {
            throw new IOException("PUT " + path + ": " + answer);
        }
    }

    /**
     * Grants an allocation that lives for as long as a test may take.
     *
     * @return its id
     */
    public String createAllocation(Wanted wanted, String key, String expirationTime)
            throws IOException, InterruptedException {
        ObjectNode json = wanted.json().put("expiration_time", expirationTime);
        return made("/api/allocations", key, json, "allocation_id");
    }

    private String made(String path, String key, ObjectNode body, String idField)
            throws IOException, InterruptedException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        LedgerAnswer answer = untilAnswered("POST " + path, api -> api.post(path, key, bytes));
        String id = answer.text(idField);
        if (answer.status() != 201 || id.isEmpty()) {
            throw new IOException("POST " + path + " " + body + ": " + answer);
        }
        return id;
    }

    /** Asks once for an allocation; without a key when it is empty. */
    public LedgerAnswer allocate(Wanted wanted, String key) throws IOException {
        return post("/api/allocations", key, wanted.toJson());
    }

    /** Asks once for the end of an allocation. */
    public LedgerAnswer release(String allocationId) throws IOException {
        return post("/api/allocations/" + allocationId + "/release", "", new byte[0]);
    }

    /** An allocation as it is now; asks until answered. */
    public LedgerAnswer allocation(String allocationId) throws IOException, InterruptedException {
        return read("/api/allocations/" + allocationId, "");
    }

    /** A GET once the state has passed a position, unless that is empty; asks until answered. */
    public LedgerAnswer read(String path, String position)
            throws IOException, InterruptedException {
        return untilAnswered("GET " + path, api -> api.get(path, position));
    }

    /** The decision about an allocation, asked for under its key until there is one. */
    public LedgerAnswer decision(Wanted wanted, String key)
            throws IOException, InterruptedException {
        return untilAnswered("POST /api/allocations", api -> api.allocate(wanted, key));
    }

    /** A POST of JSON; without a key when it is empty. */
    public LedgerAnswer post(String path, String key, byte[] body) throws IOException {
        Map<String, String> headers = key.isEmpty() ? Map.of() : Map.of(KEY, key);
        return LedgerAnswer.of(http.post(path, "application/json", headers, body));
    }

    /** A GET; waits for a position unless it is empty. */
    public LedgerAnswer get(String path, String position) throws IOException {
        return LedgerAnswer.of(http.get(path, position));
    }

    private LedgerAnswer untilAnswered(String what, LedgerCall call)
            throws IOException, InterruptedException {
        String last = "";
        for (long begun = System.nanoTime(); !CheckTimeout.isOver(begun); ) {
            try {
                LedgerAnswer answer = call.on(this);
                if (!answer.isTransient()) {
                    return answer;
                }
                last = answer.toString();
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        throw new IOException(what + ": " + last);
    }

    @Override
    public void close() {
        http.close();
    }
}
