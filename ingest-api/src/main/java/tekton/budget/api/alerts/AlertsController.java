package tekton.budget.api.alerts;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.api.access.Caller;
import tekton.budget.api.http.AlertJson;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Page;
import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Period;
import tekton.budget.value.RecordIds;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** {@code /alerts…}: budget events, who has seen them, and how they were delivered. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class AlertsController {

    private static final String KIND = "Alert";

    /** Who acknowledges, as long as nobody is asked who he is. */
    private static final String SOMEBODY = "default-user";

    private static final String PERIODS = "hourly, daily, weekly, monthly, per_session or per_task";

    private final AlertClient alerting;
    private final InstantSource clock;

    public AlertsController(AlertClient alerting, InstantSource clock) {
        this.alerting = alerting;
        this.clock = clock;
    }

    /**
     * Alerts, newest first; unless asked otherwise, those that nobody has seen or snoozed. A page,
     * or the newest of all as an array when no page is asked for: only Tekton's command line asks
     * so.
     */
    @GetMapping("/alerts")
    public void list(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        AlertFilter filter = AlertFilter.of(query);
        long nowMs = clock.millis();
        List<Alert> matching = alerting.view().find(alert -> filter.takes(alert, nowMs));
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                query.isPaged()
                        ? Page.of(matching, query).toJson(propertiesAt(nowMs))
                        : Page.array(
                                new JsonBytes(8_192),
                                matching.subList(0, Math.min(matching.size(), Page.ARRAY_MAX)),
                                propertiesAt(nowMs)));
    }

    /** One alert. */
    @GetMapping("/alerts/{id}")
    public void one(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        write(response, known(id));
    }

    /** Somebody has seen it; who was first stays. */
    @PostMapping("/alerts/{id}/acknowledge")
    public void acknowledge(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Caller caller = Caller.of(http);
        // Whose key it is, is known; what a parameter says is anybody's word.
        String by = caller == null ? new Query(http).id("acknowledged_by") : caller.name();
        Alert alert = known(id);
        if (alert.seen() == null) {
            alerting.ask(
                    new AlertRequest.Acknowledge(requestId(), id, by == null ? SOMEBODY : by),
                    alert.partition());
        }
        write(response, known(id));
    }

    /** The same by the name that one client has for it. */
    @PutMapping("/alerts/{id}/dismiss")
    public void dismiss(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        acknowledge(id, http, response);
    }

    /** Nobody wants to see it for a while; deliveries of it go on. */
    @PostMapping("/alerts/{id}/snooze")
    public void snooze(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Alert alert = known(id);
        Long untilMs = SnoozeFields.untilMs(JsonBodies.read(http), clock.millis());
        alerting.ask(new AlertRequest.Snooze(requestId(), id, untilMs), alert.partition());
        write(response, known(id));
    }

    /** Looks now; answers the alerts that this has made, mostly none. */
    @PostMapping("/alerts/check")
    public void check(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Query query = new Query(http);
        Collection<RequestAnswered> answers =
                alerting.askAll(
                        new AlertRequest.CheckRules(
                                requestId(),
                                query.id("budget_id"),
                                query.oneOf("period", Period::parse, PERIODS)));
        AlertView view = alerting.view();
        List<Alert> made =
                answers.stream()
                        .flatMap(answer -> answer.eventIds().stream())
                        .flatMap(eventId -> view.find(eventId).stream())
                        .toList();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(new JsonBytes(2_048), made, propertiesAt(clock.millis())));
    }

    /** How an alert was delivered. */
    @GetMapping("/alerts/{id}/deliveries")
    public void deliveries(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        known(id);
        AlertView view = alerting.view();
        List<Delivery> deliveries = view.deliveries(id);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(
                                new JsonBytes(2_048).open('{').name("items"),
                                deliveries,
                                (json, delivery) ->
                                        DeliveryJson.delivery(
                                                json,
                                                delivery,
                                                view.channel(delivery.channelId()).orElse(null)))
                        .property("total", deliveries.size())
                        .close('}'));
    }

    /** Delivers an alert again, to one channel or to all that take it. */
    @PostMapping("/alerts/{id}/resend")
    public void resend(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        String channelId = new Query(http).id("channel_id");
        Alert alert = known(id);
        RequestAnswered answer =
                alerting.ask(
                        new AlertRequest.Resend(requestId(), alert.event(), channelId),
                        alert.partition());
        Bodies.write(
                response,
                HttpServletResponse.SC_ACCEPTED,
                new JsonBytes(128).open('{').property("message", answer.message()).close('}'));
    }

    private Alert known(String id) {
        return alerting.view()
                .find(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        Problem.of(
                                                ProblemType.RESOURCE_NOT_FOUND,
                                                "%s with ID %s not found".formatted(KIND, id))));
    }

    private String requestId() {
        return RecordIds.uuidV7(clock.millis());
    }

    /** As alerts stand at that time, epoch milliseconds. */
    private static BiConsumer<JsonBytes, Alert> propertiesAt(long nowMs) {
        return (json, alert) ->
                AlertJson.properties(
                        json, alert.event(), alert.seen(), alert.snoozedUntilMs(nowMs));
    }

    private void write(HttpServletResponse response, Alert alert) throws IOException {
        JsonBytes json = new JsonBytes(1_024).open('{');
        propertiesAt(clock.millis()).accept(json, alert);
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }
}
