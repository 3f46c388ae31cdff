package tekton.budget.codec;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.value.Tier;

import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.util.List;

/**
 * Budget events, and what alerting is asked for, answers and keeps, as JSON. What does not fit is
 * an {@link IllegalArgumentException}. Off the hot path.
 */
public final class AlertCodec {

    private static final RecordMapper MAPPER =
            new RecordMapper(
                    List.of(AlertRequest.class, AlertOutcome.class),
                    new NamedType[] {
                        new NamedType(AlertRequest.Acknowledge.class, "acknowledge"),
                        new NamedType(AlertRequest.Snooze.class, "snooze"),
                        new NamedType(AlertRequest.CheckRules.class, "check"),
                        new NamedType(AlertRequest.PutChannel.class, "put_channel"),
                        new NamedType(AlertRequest.DisableChannel.class, "disable_channel"),
                        new NamedType(AlertRequest.RemoveChannel.class, "remove_channel"),
                        new NamedType(AlertRequest.TestChannel.class, "test_channel"),
                        new NamedType(AlertRequest.Resend.class, "resend"),
                        new NamedType(AlertOutcome.Acknowledged.class, "acknowledged"),
                        new NamedType(AlertOutcome.Snoozed.class, "snoozed"),
                        new NamedType(Delivery.class, "delivery"),
                        new NamedType(RequestAnswered.class, "answered")
                    },
                    List.of(),
                    values());

    /** Apart from the others: within a request, an event has no schema of its own. */
    private static final RecordMapper EVENTS =
            new RecordMapper(List.of(), new NamedType[0], List.of(BudgetEvent.class), values());

    private AlertCodec() {}

    public static byte[] write(BudgetEvent event) {
        return EVENTS.write(event, BudgetEvent.class);
    }

    public static BudgetEvent readEvent(byte[] bytes) {
        return EVENTS.read(bytes, BudgetEvent.class);
    }

    public static byte[] write(AlertRequest request) {
        return MAPPER.write(request, AlertRequest.class);
    }

    public static AlertRequest readRequest(byte[] bytes) {
        return MAPPER.read(bytes, AlertRequest.class);
    }

    public static byte[] write(AlertOutcome outcome) {
        return MAPPER.write(outcome, AlertOutcome.class);
    }

    public static AlertOutcome readOutcome(byte[] bytes) {
        return MAPPER.read(bytes, AlertOutcome.class);
    }

    /** One of the records whose key tells what it is: a channel, or what alerting remembers. */
    public static byte[] writeRow(Object row) {
        return MAPPER.writeRow(row);
    }

    /** What {@link #writeRow} has written. */
    public static <T> T readRow(byte[] bytes, Class<T> type) {
        return MAPPER.readRow(bytes, type);
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("alerts");
        WireNames.add(module, Tier.class, Tier::wireName);
        WireNames.add(module, Period.class, Period::wireName);
        WireNames.add(module, PolicyType.class, PolicyType::wireName);
        WireNames.add(module, Measure.class, Measure::wireName);
        WireNames.add(module, Level.class, Level::wireName);
        WireNames.add(module, BudgetEvent.Severity.class, BudgetEvent.Severity::wireName);
        WireNames.add(module, BudgetEvent.Type.class, BudgetEvent.Type::wireName);
        WireNames.add(module, Channel.ChannelKind.class, Channel.ChannelKind::wireName);
        WireNames.add(module, Delivery.DeliveryState.class, Delivery.DeliveryState::wireName);
        WireNames.add(
                module, RequestAnswered.AnswerCode.class, RequestAnswered.AnswerCode::wireName);
        return module;
    }
}
