package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;

import java.time.Instant;
import java.util.List;

/** Formats that are expensive to change, as they are. */
class AlertCodecTest {

    private static final BudgetEvent EVENT =
            new BudgetEvent(
                    "5f0c2f5e-2f5e-8f0c-8f0c-5f0c2f5e2f5e",
                    BudgetEvent.Type.COST_LIMIT_APPROACHING,
                    BudgetEvent.Severity.WARNING,
                    "team-a",
                    null,
                    "team-a.0199",
                    "Daily cost at 80 %",
                    "Budget team-a has used 4 of 5 USD.",
                    new Metadata("{\"cost_used\":4,\"cost_limit\":0.0000001}"),
                    Instant.parse("2026-05-01T10:00:00Z"));

    private static final String EVENT_JSON =
            "\"event_id\":\"5f0c2f5e-2f5e-8f0c-8f0c-5f0c2f5e2f5e\","
                    + "\"type\":\"cost_limit_approaching\",\"severity\":\"warning\","
                    + "\"budget_id\":\"team-a\"";

    private static final String EVENT_REST =
            "\"policy_id\":\"team-a.0199\","
                    + "\"title\":\"Daily cost at 80 %\","
                    + "\"message\":\"Budget team-a has used 4 of 5 USD.\","
                    + "\"details\":{\"cost_used\":4,\"cost_limit\":0.0000001},"
                    + "\"at\":\"2026-05-01T10:00:00Z\"}";

    @Test
    void shouldKeepTheFormOfAnEvent() {
        byte[] bytes = AlertCodec.write(EVENT);

        assertThat(text(bytes))
                .isEqualTo("{\"schema\":1," + EVENT_JSON + ",\"owner\":null," + EVENT_REST);
        assertThat(AlertCodec.readEvent(bytes)).isEqualTo(EVENT);
    }

    @Test
    void shouldKeepTheFormOfRequests() {
        AlertRequest acknowledge = new AlertRequest.Acknowledge("0199", "5f0c", "default-user");
        AlertRequest check = new AlertRequest.CheckRules("0199", null, Period.DAILY);
        AlertRequest resend = new AlertRequest.Resend("0199", EVENT, "ops");

        assertThat(text(AlertCodec.write(acknowledge)))
                .isEqualTo(
                        "{\"kind\":\"acknowledge\",\"schema\":1,\"request_id\":\"0199\","
                                + "\"event_id\":\"5f0c\",\"by\":\"default-user\"}");
        assertThat(text(AlertCodec.write(check)))
                .isEqualTo(
                        "{\"kind\":\"check\",\"schema\":1,\"request_id\":\"0199\","
                                + "\"period\":\"daily\"}");
        assertThat(text(AlertCodec.write(resend)))
                .isEqualTo(
                        "{\"kind\":\"resend\",\"schema\":1,\"request_id\":\"0199\",\"event\":{"
                                + EVENT_JSON
                                + ","
                                + EVENT_REST
                                + ",\"channel_id\":\"ops\"}");
        assertThat(text(AlertCodec.write(new AlertRequest.Snooze("0199", "5f0c", 7L))))
                .isEqualTo(
                        "{\"kind\":\"snooze\",\"schema\":1,\"request_id\":\"0199\","
                                + "\"event_id\":\"5f0c\",\"until_ms\":7}");
        assertThat(text(AlertCodec.write(new AlertRequest.Snooze("0199", "5f0c", null))))
                .isEqualTo(
                        "{\"kind\":\"snooze\",\"schema\":1,\"request_id\":\"0199\","
                                + "\"event_id\":\"5f0c\"}");
        assertReadable(acknowledge);
        assertReadable(new AlertRequest.Snooze("0199", "5f0c", 7L));
        assertReadable(new AlertRequest.Snooze("0199", "5f0c", null));
        assertReadable(check);
        assertReadable(resend);
        assertReadable(new AlertRequest.PutChannel("0199", channel(), null));
        assertReadable(new AlertRequest.PutChannel("0199", channel(), 7L));
        assertReadable(new AlertRequest.DisableChannel("0199", "ops"));
        assertReadable(new AlertRequest.RemoveChannel("0199", "ops"));
        assertReadable(new AlertRequest.TestChannel("0199", "ops"));
    }

    @Test
    void shouldHoldOneTextForAttemptsThatFailAlike() {
        List<Delivery.DeliveryAttempt> attempts =
                List.of(
                        new Delivery.DeliveryAttempt(7, null, "cannot be reached"),
                        new Delivery.DeliveryAttempt(8, null, "cannot be reached"),
                        new Delivery.DeliveryAttempt(9, 410, "the target is gone"),
                        new Delivery.DeliveryAttempt(10, null, "cannot be reached"));
        Delivery delivery =
                new Delivery(
                        "5f0c/ops",
                        "5f0c",
                        "ops",
                        null,
                        Delivery.DeliveryState.FAILED,
                        attempts,
                        4,
                        null);

        Delivery read = (Delivery) AlertCodec.readOutcome(AlertCodec.write(delivery));

        assertThat(read).isEqualTo(delivery);
        assertThat(read.attempts().get(1).message()).isSameAs(read.attempts().get(0).message());
    }

    @Test
    void shouldKeepTheFormOfOutcomes() {
        AlertOutcome acknowledged = new AlertOutcome.Acknowledged("5f0c", "default-user", 7);
        AlertOutcome snoozed = new AlertOutcome.Snoozed("5f0c", 9L, 7);
        AlertOutcome ended = new AlertOutcome.Snoozed("5f0c", null, 8);
        AlertOutcome delivery =
                new Delivery(
                        "5f0c/ops",
                        "5f0c",
                        "ops",
                        null,
                        Delivery.DeliveryState.FAILED,
                        List.of(new Delivery.DeliveryAttempt(7, 410, "the target is gone")),
                        1,
                        null);
        AlertOutcome answered =
                new RequestAnswered(
                        "0199", 2, RequestAnswered.AnswerCode.DONE, "done", List.of("5f0c"), 7);

        assertThat(text(AlertCodec.write(acknowledged)))
                .isEqualTo(
                        "{\"kind\":\"acknowledged\",\"schema\":1,\"event_id\":\"5f0c\","
                                + "\"by\":\"default-user\",\"at_ms\":7}");
        assertThat(text(AlertCodec.write(snoozed)))
                .isEqualTo(
                        "{\"kind\":\"snoozed\",\"schema\":1,\"event_id\":\"5f0c\","
                                + "\"until_ms\":9,\"at_ms\":7}");
        assertThat(text(AlertCodec.write(ended)))
                .isEqualTo("{\"kind\":\"snoozed\",\"schema\":1,\"event_id\":\"5f0c\",\"at_ms\":8}");
        assertThat(text(AlertCodec.write(delivery)))
                .isEqualTo(
                        "{\"kind\":\"delivery\",\"schema\":1,"
                                + "\"delivery_id\":\"5f0c/ops\",\"event_id\":\"5f0c\","
                                + "\"channel_id\":\"ops\",\"state\":\"failed\",\"attempts\":[{"
                                + "\"at_ms\":7,\"status\":410,\"message\":\"the target is gone\"}"
                                + "],\"tries\":1}");
        assertThat(text(AlertCodec.write(answered)))
                .isEqualTo(
                        "{\"kind\":\"answered\",\"schema\":1,\"request_id\":\"0199\","
                                + "\"partition\":2,\"code\":\"done\",\"message\":\"done\","
                                + "\"event_ids\":[\"5f0c\"],\"at_ms\":7}");
        for (AlertOutcome outcome : List.of(acknowledged, snoozed, ended, delivery, answered)) {
            assertThat(AlertCodec.readOutcome(AlertCodec.write(outcome))).isEqualTo(outcome);
        }
        assertThat(List.of(acknowledged.key(), snoozed.key(), delivery.key(), answered.key()))
                .containsExactly(
                        "acknowledged/5f0c", "snoozed/5f0c", "delivery/5f0c/ops", "answer/0199/2");
    }

    @Test
    void shouldKeepTheFormOfAChannelButNotShowItsSecrets() {
        Channel channel = channel();

        assertThat(text(AlertCodec.writeRow(channel)))
                .isEqualTo(
                        "{\"channel_id\":\"ops\",\"name\":\"Operators\",\"kind\":\"webhook\","
                                + "\"url\":\"https://example.com/hook\","
                                + "\"secrets\":[{\"base64\":\"c2VjcmV0\"}],"
                                + "\"route\":{\"severities\":[\"error\"],"
                                + "\"types\":[\"dead_letter\"],\"budgets\":[],\"owners\":[]},"
                                + "\"enabled\":true,\"created_at_ms\":1,\"updated_at_ms\":2}");
        assertThat(AlertCodec.readRow(AlertCodec.writeRow(channel), Channel.class))
                .isEqualTo(channel);
        assertThat(channel.toString()).doesNotContain("c2VjcmV0");
    }

    @Test
    void shouldRefuseAnotherSchemaAndAnUnknownType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlertCodec.readEvent("{\"schema\":2}".getBytes(UTF_8)))
                .withMessageContaining("schema: 2");
        String unknown = text(AlertCodec.write(EVENT)).replace("cost_limit_approaching", "other");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlertCodec.readEvent(unknown.getBytes(UTF_8)))
                .withMessageContaining("other");
    }

    @Test
    void shouldRouteByEveryPart() {
        assertThat(Channel.Route.ALL.takes(EVENT)).isTrue();
        assertThat(channel().route().takes(EVENT)).isFalse();
        assertThat(route(List.of("team-a"), List.of()).takes(EVENT)).isTrue();
        assertThat(route(List.of("team-b"), List.of()).takes(EVENT)).isFalse();
        assertThat(route(List.of(), List.of("ann")).takes(EVENT)).isFalse();
    }

    private static Channel.Route route(List<String> budgets, List<String> owners) {
        return new Channel.Route(List.of(BudgetEvent.Severity.WARNING), List.of(), budgets, owners);
    }

    private static Channel channel() {
        return new Channel(
                "ops",
                "Operators",
                Channel.ChannelKind.WEBHOOK,
                "https://example.com/hook",
                List.of(new Channel.Secret("c2VjcmV0")),
                new Channel.Route(
                        List.of(BudgetEvent.Severity.ERROR),
                        List.of(BudgetEvent.Type.DEAD_LETTER),
                        List.of(),
                        List.of()),
                true,
                null,
                1,
                2);
    }

    private static void assertReadable(AlertRequest request) {
        assertThat(AlertCodec.readRequest(AlertCodec.write(request))).isEqualTo(request);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
