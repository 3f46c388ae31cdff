package tekton.budget.api.access;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.route.AccessScope;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;

/**
 * {@code GET /api/keys}: which keys there are, until when, and when each was used last. Neither a
 * key nor a digest of one. Times are in UTC; a last use is what this instance has seen since its
 * start. Any thread.
 */
@Controller
public final class KeysController {

    private final AccessFilter access;
    private final InstantSource clock;
    private final Instant since;

    /** The endpoint, which begins to count from now on. */
    public KeysController(AccessFilter access, InstantSource clock) {
        this.access = access;
        this.clock = clock;
        since = clock.instant();
    }

    /** Every key, in the order of the settings. */
    @GetMapping({"/api/keys", "/api/v1/keys"})
    public void keys(HttpServletResponse response) throws IOException {
        Instant now = clock.instant();
        JsonBytes json = new JsonBytes(2_048).open('{').name("items").open('[');
        for (ApiKey key : access.keys()) {
            json.open('{').property("name", key.name()).name("scopes").open('[');
            for (AccessScope scope : key.scopes()) {
                json.string(scope.wireName());
            }
            json.close(']')
                    .property("budget_id", key.budgetId())
                    .property("ends_at", text(key.end()))
                    .property("state", state(key, now))
                    .property("last_used_at", text(key.usedAt()))
                    .close('}');
        }
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                json.close(']').property("since", since.toString()).close('}'));
    }

    private static String state(ApiKey key, Instant now) {
        if (key.hasEnded(now)) {
            return "ended";
        }
        return key.endsSoon(now) ? "ending" : "valid";
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
