package tekton.budget.api.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.route.AccessScope;
import tekton.budget.event.AdminAct;
import tekton.budget.value.Shown;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The door, before every servlet: where the request comes from, whose it is, what that one may do,
 * and how often. Administrative acts are written down behind their answers, refused ones too.
 */
public final class AccessFilter implements Filter {

    private static final String ANONYMOUS = "anonymous";
    private static final String BEARER = "Bearer ";

    /** How many requests without a known key are written down. */
    private static final int STRANGERS_PER_MINUTE = 60;

    private static final String METHODS = "GET, POST, PUT, DELETE";
    private static final String HEADERS =
            "Content-Type, Accept, Authorization, X-API-Key, Idempotency-Key, Budget-Position,"
                    + " Last-Event-ID, X-API-Version, MCP-Protocol-Version, Mcp-Method, Mcp-Name";
    private static final String EXPOSED =
            "Budget-Position, Budget-Lag, Idempotent-Replayed, Retry-After, RateLimit,"
                    + " RateLimit-Policy";

    private final boolean required;
    private final ApiKeys keys;
    private final CrossOrigin origins;
    private final RateLimits rates;
    private final RateLimits addressRates;
    private final RateLimits strangers = new RateLimits(STRANGERS_PER_MINUTE, System.nanoTime());
    private final WebHookHandshake handshake;
    private final AuditTrail audit;
    private final InstantSource clock;

    public AccessFilter(AccessSettings settings, AuditTrail audit, InstantSource clock) {
        required = settings.required();
        keys = settings.apiKeys();
        origins = CrossOrigin.parse(settings.origins());
        rates = new RateLimits(settings.requestsPerMinute(), System.nanoTime());
        addressRates = new RateLimits(settings.addressRequestsPerMinute(), System.nanoTime());
        handshake = new WebHookHandshake(required ? settings.requestsPerMinute() : 0);
        this.audit = audit;
        this.clock = clock;
        keys.warn(clock.instant());
    }

    /** The keys as they were last read. */
    List<ApiKey> keys() {
        return keys.all();
    }

    @Override
    public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) in;
        HttpServletResponse response = (HttpServletResponse) out;
        Optional<AccessScope> needed =
                AccessRules.needed(request.getMethod(), request.getRequestURI());
        boolean isAdmin = needed.isPresent() && needed.get() == AccessScope.ADMIN;
        boolean answered = false;
        try {
            if (!handshake.answers(request, response) && !isPreflight(request, response)) {
                admit(request, response, needed);
                chain.doFilter(request, response);
            }
            answered = true;
        } catch (ProblemException refused) {
            if (refused.problem().type() == ProblemType.AUTHENTICATION_ERROR) {
                response.setHeader("WWW-Authenticate", "Bearer");
            }
            ProblemResponse.write(response, refused.problem());
            answered = true;
        } finally {
            if (isAdmin) {
                // What has failed is answered by the container, behind this.
                int status =
                        answered || response.isCommitted()
                                ? response.getStatus()
                                : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
                AdminAct act = act(request, status);
                // Who has no key may knock as often as he likes; the topic is not his to fill.
                if (!required || Caller.of(request) != null || isHeard()) {
                    audit.keep(act);
                }
            }
        }
    }

    /**
     * Heeds where the request comes from.
     *
     * @return true if it only asked whether it may come, and has been answered
     * @throws ProblemException 403 if it comes from a page that may not call
     */
    private boolean isPreflight(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader("Origin");
        // Also without one: a cache must not give a page the answer that it keeps for programs.
        response.addHeader("Vary", "Origin");
        if (origin == null) {
            return false;
        }
        boolean allowed = origins.allows(origin) || isOwnPage(request, origin);
        if (allowed) {
            response.setHeader("Access-Control-Allow-Origin", origin);
            response.setHeader("Access-Control-Expose-Headers", EXPOSED);
        }
        boolean asks =
                request.getMethod().equals("OPTIONS")
                        && request.getHeader("Access-Control-Request-Method") != null;
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (!allowed && !reads) {
            // A page may send what a browser thinks harmless without asking, and not see the
            // answer.
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AUTHORIZATION_ERROR,
                            "Origin: %s (expected: one of BUDGET_CORS_ORIGINS)"
                                    .formatted(Shown.text(origin))));
        }
        if (asks) {
            response.setHeader("Access-Control-Allow-Methods", METHODS);
            response.setHeader("Access-Control-Allow-Headers", HEADERS);
            response.setHeader("Access-Control-Max-Age", "600");
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
        return asks;
    }

    /**
     * Whether it is the page of this service itself. Only where keys guard: without them a name of
     * somebody else's that leads to this machine would be an own page too.
     */
    private boolean isOwnPage(HttpServletRequest request, String origin) {
        String host = request.getHeader("Host");
        return required
                && host != null
                && (origin.equalsIgnoreCase("http://" + host)
                        || origin.equalsIgnoreCase("https://" + host));
    }

    /**
     * The caller of a POST that comes from no page, if it may pass by what its key is for. It still
     * has to {@link #take} its turn.
     *
     * @param uri the path as it was sent
     * @param header the header {@code X-API-Key}
     * @param authorization the header {@code Authorization}
     * @return empty if this filter has to say what is wrong
     */
    public Optional<Caller> poster(
            String uri, @Nullable String header, @Nullable String authorization) {
        Optional<AccessScope> needed = AccessRules.needed("POST", uri);
        if (!required || needed.isEmpty()) {
            return Optional.of(Caller.ANYBODY);
        }
        String presented = presented(header, authorization);
        ApiKey key = presented == null ? null : keys.find(presented, System.nanoTime());
        Instant now = clock.instant();
        if (key == null || key.hasEnded(now) || !key.has(needed.get())) {
            return Optional.empty();
        }
        key.used(now);
        String budgetId = key.budgetId();
        return budgetId == null || BudgetAccess.allow(budgetId, "POST", uri, null)
                ? Optional.of(new Caller(key.name(), budgetId))
                : Optional.empty();
    }

    /** Whether requests without a key are counted by where they come from. */
    public boolean limitsAddresses() {
        return !required && addressRates.isOn();
    }

    /**
     * Whether a {@link #poster} may make a request now; then it counts as made.
     *
     * @param address where it comes from; any text unless {@link #limitsAddresses}
     */
    public boolean take(Caller caller, String address) {
        Duration wait =
                required
                        ? rates.take(caller.name(), System.nanoTime())
                        : addressRates.take(CallerAddress.idOf(address), System.nanoTime());
        return wait.isZero();
    }

    private boolean isHeard() {
        return strangers.take(ANONYMOUS, System.nanoTime()).isZero();
    }

    private void admit(
            HttpServletRequest request,
            HttpServletResponse response,
            Optional<AccessScope> needed) {
        if (needed.isEmpty()) {
            return;
        }
        if (!required) {
            checkAddress(request, response);
            return;
        }
        String presented =
                presented(request.getHeader("X-API-Key"), request.getHeader("Authorization"));
        ApiKey key = presented == null ? null : keys.find(presented, System.nanoTime());
        if (key == null) {
            checkAddress(request, response);
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AUTHENTICATION_ERROR,
                            presented == null
                                    ? "no API key (expected: X-API-Key or Authorization: Bearer)"
                                    : "the API key is not known"));
        }
        Instant now = clock.instant();
        keys.warn(now);
        if (key.hasEnded(now)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AUTHENTICATION_ERROR,
                            "the API key %s has ended at %s".formatted(key.name(), key.end())));
        }
        key.used(now);
        // From here on the request is somebody's, refused or not.
        new Caller(key.name(), key.budgetId()).takeTo(request);
        check(
                rates,
                key.name(),
                "the API key %s makes more requests than it may".formatted(key.name()),
                response);
        mustHave(key, needed.get());
        AccessRules.neededAsServed(request.getMethod(), served(request))
                .ifPresent(scope -> mustHave(key, scope));
        confine(key, request);
    }

    private static void mustHave(ApiKey key, AccessScope scope) {
        if (!key.has(scope)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AUTHORIZATION_ERROR,
                            "the API key %s is not for this (expected: scope %s)"
                                    .formatted(key.name(), scope.wireName())));
        }
    }

    /** The path that the container has found a servlet by. */
    private static String served(HttpServletRequest request) {
        String below = request.getPathInfo();
        return below == null ? request.getServletPath() : request.getServletPath() + below;
    }

    /** Who shows no key that is known is counted by where it comes from. */
    private void checkAddress(HttpServletRequest request, HttpServletResponse response) {
        if (addressRates.isOn()) {
            check(
                    addressRates,
                    CallerAddress.idOf(request.getRemoteAddr()),
                    "more requests come from this address than may",
                    response);
        }
    }

    private static void check(
            RateLimits limits, String caller, String refusal, HttpServletResponse response) {
        Duration wait = limits.take(caller, System.nanoTime());
        if (wait.isZero()) {
            return;
        }
        Duration seconds = wait.plusMillis(999);
        response.setHeader(
                "RateLimit-Policy", "\"requests\";q=%d;w=60".formatted(limits.perMinute()));
        response.setHeader("RateLimit", "\"requests\";r=0;t=%d".formatted(seconds.toSeconds()));
        throw new ProblemException(
                Problem.retryLater(
                        ProblemType.TOO_MANY_REQUESTS,
                        "%s (expected: at most %d a minute)".formatted(refusal, limits.perMinute()),
                        seconds));
    }

    private static void confine(ApiKey key, HttpServletRequest request) {
        String budgetId = key.budgetId();
        if (budgetId == null) {
            return;
        }
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        // Parameters of other methods may stand in the body, which is not for this to read.
        String[] named = reads ? budgetIds(request) : null;
        if (!BudgetAccess.allow(budgetId, request.getMethod(), request.getRequestURI(), named)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.AUTHORIZATION_ERROR,
                            "the API key %s is for budget %s alone (expected: a path of it, or"
                                            .formatted(key.name(), budgetId)
                                    + " budget_id=%s where lists and reports take it)"
                                            .formatted(budgetId)));
        }
    }

    private static String @Nullable [] budgetIds(HttpServletRequest request) {
        try {
            return request.getParameterValues("budget_id");
        } catch (InvalidParameterException badQuery) {
            throw new ProblemException(Problem.undecodableQuery());
        }
    }

    /** The key that comes with a request; two that differ are none. */
    private static @Nullable String presented(
            @Nullable String header, @Nullable String authorization) {
        String bearer =
                authorization != null
                                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        ? authorization.substring(BEARER.length()).strip()
                        : null;
        if (header != null && bearer != null && !header.equals(bearer)) {
            return "";
        }
        return header == null ? bearer : header;
    }

    private AdminAct act(HttpServletRequest request, int status) {
        Caller caller = Caller.of(request);
        return new AdminAct(
                clock.instant(),
                caller == null ? ANONYMOUS : caller.name(),
                request.getMethod(),
                request.getRequestURI(),
                status,
                request.getRemoteAddr());
    }
}
