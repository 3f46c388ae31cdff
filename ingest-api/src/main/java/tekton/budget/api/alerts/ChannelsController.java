package tekton.budget.api.alerts;

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

import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Page;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.JsonFields;
import tekton.budget.value.RecordIds;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/** {@code /alerts/channels…}: where alerts are delivered. Secrets go in and never come out. */
@Controller
@RequestMapping({"/api/alerts/channels", "/api/v1/alerts/channels"})
public final class ChannelsController {

    /** A change is made again when another was quicker, so often. */
    private static final int CHANGE_ATTEMPTS = 10;

    private final AlertClient alerting;
    private final InstantSource clock;

    public ChannelsController(AlertClient alerting, InstantSource clock) {
        this.alerting = alerting;
        this.clock = clock;
    }

    /** Every channel; there are few. */
    @GetMapping
    public void list(HttpServletResponse response) throws IOException {
        List<Channel> channels = alerting.view().channels();
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                Page.array(
                                new JsonBytes(4_096).open('{').name("items"),
                                channels,
                                DeliveryJson::channel)
                        .property("total", channels.size())
                        .close('}'));
    }

    /** A new channel. A secret that was made for it is shown this once. */
    @PostMapping
    public void create(HttpServletRequest http, HttpServletResponse response) throws IOException {
        long nowMs = clock.millis();
        var fields = JsonBodies.read(http);
        Channel channel = ChannelFields.create(fields, RecordIds.uuidV7(nowMs), nowMs);
        boolean _ = put(channel, null);
        JsonBytes json = new JsonBytes(1_024).open('{');
        DeliveryJson.channel(json, channel);
        if (channel.kind() == Channel.ChannelKind.WEBHOOK && !ChannelFields.namesSecrets(fields)) {
            json.property("secret", ChannelFields.shown(channel.secrets().getFirst()));
        }
        Bodies.write(response, HttpServletResponse.SC_CREATED, json.close('}'));
    }

    /** One channel. */
    @GetMapping("/{id}")
    public void one(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        write(response, known(id));
    }

    /** A change: another target, rotated secrets, another route, on again. */
    @PutMapping("/{id}")
    public void change(
            @PathVariable("id") String id, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        JsonFields fields = JsonBodies.read(http);
        for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
            Channel before = known(id);
            Channel changed = ChannelFields.change(fields, before, clock.millis());
            if (put(changed, before.updatedAtMs())) {
                write(response, changed);
                return;
            }
            // Somebody was quicker: the same change of what that has made of it.
            boolean _ = alerting.await(() -> isAsBefore(before) ? null : true);
        }
        throw new ProblemException(
                Problem.retryLater(
                        ProblemType.SERVICE_UNAVAILABLE,
                        "nothing was changed: others change channel %s all the time".formatted(id),
                        Duration.ofSeconds(1)));
    }

    /** Delivers a test event, once and now, and says how that went. */
    @PostMapping("/{id}/test")
    public void test(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        known(id);
        RequestAnswered answer = alerting.ask(new AlertRequest.TestChannel(requestId(), id), id);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(128)
                        .open('{')
                        .property("delivered", answer.code() == RequestAnswered.AnswerCode.DONE)
                        .property("message", answer.message())
                        .close('}'));
    }

    /** Delivers nothing there any more. */
    @PostMapping("/{id}/disable")
    public void disable(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        known(id);
        alerting.ask(new AlertRequest.DisableChannel(requestId(), id), id);
        write(response, awaitChannel(id, channel -> !channel.enabled()));
    }

    /** Forgets it, with its secrets. */
    @DeleteMapping("/{id}")
    public void remove(@PathVariable("id") String id, HttpServletResponse response)
            throws IOException {
        known(id);
        alerting.ask(new AlertRequest.RemoveChannel(requestId(), id), id);
        boolean _ = alerting.await(() -> alerting.view().channel(id).isPresent() ? null : true);
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(128)
                        .open('{')
                        .property("message", "Channel with ID %s removed".formatted(id))
                        .property("channel_id", id)
                        .close('}'));
    }

    /** Whether it was put, and is seen here; not when it was not what it replaces any more. */
    private boolean put(Channel channel, @Nullable Long replacesUpdatedAtMs) {
        String id = channel.channelId();
        RequestAnswered answer =
                alerting.ask(
                        new AlertRequest.PutChannel(requestId(), channel, replacesUpdatedAtMs), id);
        if (answer.code() == RequestAnswered.AnswerCode.CHANNEL_CHANGED) {
            return false;
        }
        // Later changes by others may have been read by now.
        boolean _ =
                alerting.await(
                        () ->
                                alerting.view()
                                                .channel(id)
                                                .filter(
                                                        seen ->
                                                                seen.updatedAtMs()
                                                                        < channel.updatedAtMs())
                                                .isPresent()
                                        ? null
                                        : true);
        return true;
    }

    private boolean isAsBefore(Channel before) {
        return alerting.view().channel(before.channelId()).filter(before::equals).isPresent();
    }

    private Channel awaitChannel(String id, Predicate<Channel> wanted) {
        return alerting.await(() -> alerting.view().channel(id).filter(wanted).orElse(null));
    }

    private Channel known(String id) {
        return alerting.view()
                .channel(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        Problem.of(
                                                ProblemType.RESOURCE_NOT_FOUND,
                                                "Channel with ID %s not found".formatted(id))));
    }

    private String requestId() {
        return RecordIds.uuidV7(clock.millis());
    }

    private static void write(HttpServletResponse response, Channel channel) throws IOException {
        JsonBytes json = new JsonBytes(1_024).open('{');
        DeliveryJson.channel(json, channel);
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }
}
