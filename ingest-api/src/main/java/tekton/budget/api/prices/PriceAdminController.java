package tekton.budget.api.prices;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.metering.query.Prices;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceSpan;
import tekton.budget.value.Providers;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What changes prices, and what the poller has found. A change is asked of the poller, wherever it
 * runs: 200 when its effect is there, 202 when the request is written and nobody has answered yet.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class PriceAdminController {

    private static final String STATES = "held, released or rejected";

    /** How long an answer waits until prices that are published are also known here. */
    private static final Duration KNOWN_TIMEOUT = Duration.ofSeconds(2);

    private static final long LOOK_AGAIN_MS = 20;

    private final PriceCommands asking;
    private final Supplier<Prices> prices;
    private final InstantSource clock;

    public PriceAdminController(
            PriceCommands asking, Supplier<Prices> prices, InstantSource clock) {
        this.asking = asking;
        this.prices = prices;
        this.clock = clock;
    }

    /** Has every source asked now. */
    @PostMapping("/prices/update")
    public void update(HttpServletResponse response) throws IOException {
        PriceRequest request = new PriceRequest.Update(newId());
        Optional<PriceReply> reply = asking.ask(request);
        List<String> sources = reply.map(PriceReply::sources).orElse(List.of());
        JsonBytes json =
                new JsonBytes(512)
                        .open('{')
                        .property("updates_started", sources.size())
                        .name("sources")
                        .open('[');
        sources.forEach(json::string);
        json.close(']')
                .property("prices_published", reply.map(PriceReply::published).orElse(0))
                .property("request_id", request.requestId())
                .property("state", state(reply))
                .property("message", message(reply));
        Bodies.write(response, status(reply), json.close('}'));
    }

    /** Sets an operator's price. */
    @PutMapping("/prices/{provider}/{*model}")
    public void set(HttpServletRequest http, HttpServletResponse response) throws IOException {
        PricePublished price = PriceBody.read(http, Name.of(http), clock.millis());
        PriceRequest request = new PriceRequest.SetPrice(newId(), price);
        answer(request, price, asking.ask(request), response);
    }

    /** Ends an operator's price, that which holds and those that were to follow. */
    @DeleteMapping("/prices/{provider}/{*model}")
    public void end(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Name name = Name.of(http);
        PriceRequest request =
                new PriceRequest.EndPrice(
                        newId(), Providers.canonical(name.provider()), name.model());
        Optional<PriceReply> reply = asking.ask(request);
        answer(request, reply.map(PriceReply::price).orElse(null), reply, response);
    }

    /** A page of the prices that are not believed, the latest first. */
    @GetMapping("/prices/quarantine")
    public void quarantine(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Query query = new Query(http);
        QuarantineState state = query.oneOf("state", PriceAdminController::state, STATES);
        String source = query.id("source");
        String provider = query.id("provider");
        List<Quarantined> matching =
                asking.known().all(Quarantined.class).stream()
                        .filter(
                                held ->
                                        held.state()
                                                == (state == null ? QuarantineState.HELD : state))
                        .filter(held -> source == null || source.equals(held.source()))
                        .filter(held -> provider == null || provider.equals(held.provider()))
                        .sorted(
                                Comparator.comparing(Quarantined::foundAt)
                                        .reversed()
                                        .thenComparing(Quarantined::provider)
                                        .thenComparing(Quarantined::model))
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(matching, query).toJson(StatusJson::quarantined));
    }

    /** Publishes a price that was not believed. */
    @PostMapping("/prices/quarantine/{id}/release")
    public void release(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        decided(id, new PriceRequest.ReleasePrice(newId(), id), response);
    }

    /** Keeps a price that was not believed from ever being published. */
    @PostMapping("/prices/quarantine/{id}/reject")
    public void reject(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        decided(id, new PriceRequest.Reject(newId(), id), response);
    }

    /** A page of the models that sources do not agree about, the latest first. */
    @GetMapping("/prices/disagreements")
    public void disagreements(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        List<Disagreement> latestFirst =
                asking.known().all(Disagreement.class).stream()
                        .sorted(
                                Comparator.comparing(Disagreement::foundAt)
                                        .reversed()
                                        .thenComparing(Disagreement::provider)
                                        .thenComparing(Disagreement::model))
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.of(latestFirst, new Query(http)).toJson(StatusJson::disagreement));
    }

    /** How each source did when it was asked last. */
    @GetMapping("/prices/sources")
    public void sources(HttpServletResponse response) throws IOException {
        JsonBytes json = new JsonBytes(2_048).open('{').name("items").open('[');
        for (SourceState state : asking.known().all(SourceState.class)) {
            json.open('{');
            StatusJson.source(json, state);
            json.close('}');
        }
        Bodies.write(response, HttpServletResponse.SC_OK, json.close(']').close('}'));
    }

    private void decided(String id, PriceRequest request, HttpServletResponse response)
            throws IOException {
        Optional<PriceReply> reply = asking.ask(request);
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("request_id", request.requestId())
                        .property("message", message(reply));
        asking.known().all(Quarantined.class).stream()
                .filter(held -> held.id().equals(id))
                .findFirst()
                .ifPresent(held -> StatusJson.quarantined(json, held));
        Bodies.write(response, status(reply), json.close('}'));
    }

    /** The price, as far as it is known. */
    private void answer(
            PriceRequest request,
            @Nullable PricePublished price,
            Optional<PriceReply> reply,
            HttpServletResponse response)
            throws IOException {
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("request_id", request.requestId())
                        .property("message", message(reply));
        if (price != null) {
            PriceJson.properties(json, reply.isPresent() ? known(price) : asked(price));
        }
        Bodies.write(response, status(reply), json.close('}'));
    }

    /** How long the version holds, from the book here once that has it. */
    private PriceSpan known(PricePublished price) {
        long deadline = System.nanoTime() + KNOWN_TIMEOUT.toNanos();
        PriceBook book = prices.get().current();
        while (!shows(book, price) && System.nanoTime() - deadline < 0 && pause()) {
            book = prices.get().caughtUp();
        }
        return book.history(price.provider(), price.model()).stream()
                .filter(span -> span.price().versionId().equals(price.versionId()))
                .findFirst()
                .orElseGet(() -> asked(price));
    }

    /** Whether the book has the version, and its end if that is what was asked for. */
    private static boolean shows(PriceBook book, PricePublished price) {
        return book.knows(price.versionId())
                && book.history(price.provider(), price.model()).stream()
                        .map(PriceSpan::price)
                        .filter(known -> known.versionId().equals(price.versionId()))
                        .allMatch(known -> Objects.equals(known.endsAt(), price.endsAt()));
    }

    private static PriceSpan asked(PricePublished price) {
        return new PriceSpan(
                price,
                price.effectiveFrom().toEpochMilli(),
                price.endsAt() == null ? PriceSpan.OPEN : price.endsAt().toEpochMilli());
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MS);
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int status(Optional<PriceReply> reply) {
        boolean done =
                reply.map(PriceReply::outcome).orElse(PriceOutcome.STARTED) == PriceOutcome.DONE;
        return done ? HttpServletResponse.SC_OK : HttpServletResponse.SC_ACCEPTED;
    }

    private static String state(Optional<PriceReply> reply) {
        return reply.map(PriceReply::outcome).map(PriceOutcome::wireName).orElse("requested");
    }

    private static String message(Optional<PriceReply> reply) {
        return reply.map(PriceReply::message)
                .orElse("the request is written; the price poller has not answered it yet");
    }

    private static Optional<QuarantineState> state(String text) {
        return Arrays.stream(QuarantineState.values())
                .filter(state -> state.wireName().equalsIgnoreCase(text))
                .findFirst();
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
