package tekton.budget.alerting.consume;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertOutcome.RequestAnswered.AnswerCode;
import tekton.budget.alert.AlertOutcome.Snoozed;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.deliver.Channels;
import tekton.budget.alerting.deliver.Deliveries;
import tekton.budget.alerting.deliver.Records;
import tekton.budget.event.BudgetEvent;

import java.util.List;
import java.util.Optional;

/** Does what alerting is asked for. Called by the thread that reads. */
final class AlertRequestRules {

    private final Channels channels;
    private final Deliveries deliveries;
    private final Records records;

    AlertRequestRules(Channels channels, Deliveries deliveries, Records records) {
        this.channels = channels;
        this.deliveries = deliveries;
        this.records = records;
    }

    /**
     * Does it.
     *
     * @param atMs when it was asked for, epoch milliseconds
     */
    void handle(AlertRequest request, long atMs, PendingWrites batch, PartitionState kept) {
        switch (request) {
            case AlertRequest.Acknowledge(String _, String eventId, String by) -> {
                if (kept.acknowledge(eventId)) {
                    batch.outcome(new Acknowledged(eventId, by, atMs));
                }
                answer(batch, request, AnswerCode.DONE, "acknowledged", List.of(), atMs);
            }
            case AlertRequest.Snooze(String _, String eventId, Long untilMs) -> {
                batch.outcome(new Snoozed(eventId, untilMs, atMs));
                String done = untilMs == null ? "snoozed no more" : "snoozed";
                answer(batch, request, AnswerCode.DONE, done, List.of(), atMs);
            }
            case AlertRequest.CheckRules check -> {
                List<BudgetEvent> found =
                        kept.rules().check(check.budgetId(), check.period(), atMs);
                found.forEach(event -> batch.event(event, deliveries.plan(event)));
                answer(
                        batch,
                        request,
                        AnswerCode.DONE,
                        "checked",
                        found.stream().map(BudgetEvent::eventId).toList(),
                        atMs);
            }
            case AlertRequest.PutChannel put -> put(batch, put, atMs);
            case AlertRequest.DisableChannel(String _, String channelId) ->
                    batch.find(channelId)
                            .ifPresentOrElse(
                                    channel -> {
                                        batch.channel(channel.disabled("asked for", atMs));
                                        answer(
                                                batch,
                                                request,
                                                AnswerCode.DONE,
                                                "disabled",
                                                List.of(),
                                                atMs);
                                    },
                                    () -> notFound(batch, request, channelId, atMs));
            case AlertRequest.RemoveChannel(String _, String channelId) -> {
                if (batch.find(channelId).isEmpty()) {
                    notFound(batch, request, channelId, atMs);
                } else {
                    batch.removeChannel(channelId);
                    answer(batch, request, AnswerCode.DONE, "removed", List.of(), atMs);
                }
            }
            case AlertRequest.TestChannel(String _, String channelId) ->
                    batch.find(channelId)
                            .ifPresentOrElse(
                                    channel -> test(batch, request, channel, atMs),
                                    () -> notFound(batch, request, channelId, atMs));
            case AlertRequest.Resend resend -> resend(batch, resend, atMs);
        }
    }

    /** Several of one batch see each other: each is decided on what those before it have made. */
    private void put(PendingWrites batch, AlertRequest.PutChannel request, long atMs) {
        Channel channel = request.channel();
        Optional<Channel> before = batch.find(channel.channelId());
        Long replaces = request.replacesUpdatedAtMs();
        if (replaces != null && before.isEmpty()) {
            notFound(batch, request, channel.channelId(), atMs);
        } else if (replaces != null && before.get().updatedAtMs() != replaces) {
            answer(
                    batch,
                    request,
                    AnswerCode.CHANNEL_CHANGED,
                    "changed by others",
                    List.of(),
                    atMs);
        } else if (before.isEmpty() && channels.areFull()) {
            String most = "there are " + Channels.MAX + " channels, the most there may be";
            answer(batch, request, AnswerCode.TOO_MANY, most, List.of(), atMs);
        } else {
            batch.channel(channel);
            answer(batch, request, AnswerCode.DONE, "kept", List.of(), atMs);
        }
    }

    /** Begins only once the request is done for good: else a kill would have it done twice. */
    private void test(PendingWrites batch, AlertRequest request, Channel channel, long atMs) {
        int partition = batch.partition();
        batch.afterwards(
                () -> {
                    boolean begun =
                            deliveries.test(
                                    channel,
                                    tested ->
                                            records.keep(
                                                    partition,
                                                    new RequestAnswered(
                                                            request.requestId(),
                                                            partition,
                                                            tested.taken()
                                                                    ? AnswerCode.DONE
                                                                    : AnswerCode.DELIVERY_FAILED,
                                                            tested.message(),
                                                            List.of(),
                                                            atMs)));
                    if (!begun) {
                        records.keep(
                                partition,
                                new RequestAnswered(
                                        request.requestId(),
                                        partition,
                                        AnswerCode.CHANNEL_UNAVAILABLE,
                                        "too many tests at a time",
                                        List.of(),
                                        atMs));
                    }
                });
    }

    private void resend(PendingWrites batch, AlertRequest.Resend request, long atMs) {
        String wanted = request.channelId();
        BudgetEvent event = request.event();
        List<Channel> targets =
                wanted == null
                        ? channels.taking(event)
                        : channels.find(wanted).map(List::of).orElse(List.of());
        if (wanted != null && targets.isEmpty()) {
            notFound(batch, request, wanted, atMs);
            return;
        }
        for (Channel channel : targets) {
            Delivery again = deliveries.planAgain(event, channel, request.requestId());
            batch.delivery(again);
        }
        String message = "resent to " + targets.size() + " channels";
        answer(batch, request, AnswerCode.DONE, message, List.of(event.eventId()), atMs);
    }

    private static void notFound(
            PendingWrites batch, AlertRequest request, String channelId, long atMs) {
        String message = "Channel with ID " + channelId + " not found";
        answer(batch, request, AnswerCode.CHANNEL_NOT_FOUND, message, List.of(), atMs);
    }

    private static void answer(
            PendingWrites batch,
            AlertRequest request,
            AnswerCode code,
            String message,
            List<String> eventIds,
            long atMs) {
        batch.outcome(
                new RequestAnswered(
                        request.requestId(), batch.partition(), code, message, eventIds, atMs));
    }
}
