package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

class AlertCheckTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final long NOVEMBER_MS = 1_793_491_200_000L;
    private static final String NOVEMBER = "2026-11-01T00:00:00Z";

    private final List<String> wrong = new ArrayList<>();
    private final AlertCheck check = new AlertCheck(wrong::add);

    @Test
    void acceptsWhatWasSaidOnce() {
        said("1", "token_limit_approaching", "warning", "2026-11-27T12:00:00Z");
        said("2", "token_limit_approaching", "action", "2026-11-27T12:00:00Z");
        said("3", "token_limit_exceeded", "exceeded", "2026-11-27T12:00:00Z");
        said("4", "limit_recovered", "normal", "2026-11-27T12:00:00Z");
        said("5", "limit_recovered", "normal", "2026-11-27T12:00:01Z");
        crossed("warning");
        crossed("action");
        crossed("normal");
        crossed("exceeded");

        assertThat(wrong).isEmpty();
        assertThat(check.counts())
                .containsEntry("token_limit_approaching", 2)
                .containsEntry("limit_recovered", 2);
    }

    @Test
    void findsWhatWasSaidUnderTwoIds() {
        said("1", "token_limit_exceeded", "exceeded", "2026-11-27T12:00:00Z");
        said("2", "token_limit_exceeded", "exceeded", "2026-11-27T12:00:09Z");

        assertThat(wrong).singleElement().asString().startsWith("said twice, as 1 and as 2");
    }

    @Test
    void findsAnIdThatStandsThereTwice() {
        said("1", "limit_forecast", "warning", "2026-11-27T12:00:00Z");
        said("1", "limit_forecast", "warning", "2026-11-27T12:00:00Z");

        assertThat(wrong)
                .singleElement()
                .asString()
                .startsWith("an event stands in the topic twice");
    }

    @Test
    void findsACrossingNobodyHeardOf() {
        said("1", "token_limit_approaching", "action", "2026-11-27T12:00:00Z");
        crossed("action");
        crossed("exceeded");

        assertThat(wrong).singleElement().asString().contains("a crossing", "exceeded");
    }

    @Test
    void asksForNothingBelowWhatWasReached() {
        said("1", "token_limit_approaching", "action", "2026-11-27T12:00:00Z");
        crossed("action");
        crossed("warning");

        assertThat(wrong).isEmpty();
    }

    @Test
    void findsARefusalNobodyHeardOf() {
        refused("insufficient_budget");
        refused("allocation_ended");

        assertThat(wrong).singleElement().asString().contains("a refusal", "insufficient_budget");
    }

    @Test
    void oneEventIsEnoughForAllRefusalsOfAWindow() {
        said("1", "allocation_refused", "exceeded", "2026-11-27T12:00:00Z");
        refused("insufficient_budget");
        refused("insufficient_budget");

        assertThat(wrong).isEmpty();
    }

    @Test
    void tellsDeadLettersApartByWhereTheyStand() {
        for (int offset = 0; offset < 2; offset++) {
            check.event(
                    JSON.readTree(
                            """
                            {"event_id":"%d","type":"dead_letter","title":"t",
                            "details":{"topic":"budget.usage","partition":1,"offset":%d}}\
                            """
                                    .formatted(offset, offset)));
        }

        assertThat(wrong).isEmpty();
    }

    private void said(String id, String type, String level, String at) {
        check.event(
                JSON.readTree(
                        """
                        {"event_id":"%s","type":"%s","budget_id":"b","policy_id":"b.p","at":"%s",
                        "details":{"code":"insufficient_budget","token_limit":100.0,"level":"%s",
                        "window_start":"%s"}}\
                        """
                                .formatted(id, type, at, level, NOVEMBER)));
    }

    private void crossed(String level) {
        check.status(
                JSON.readTree(
                        """
                        {"kind":"level_crossed","budget_id":"b","standing":{"policy_id":"b.p",
                        "measure":"tokens","level":"%s","limit":100,"window_start_ms":%d}}\
                        """
                                .formatted(level, NOVEMBER_MS)));
    }

    private void refused(String code) {
        check.decision(
                JSON.readTree(
                        """
                        {"kind":"refused","budget_id":"b","refusal":{"code":"%s","blocking":[
                        {"policy_id":"b.p","measure":"tokens","limit":100,"window_start_ms":%d}]}}\
                        """
                                .formatted(code, NOVEMBER_MS)));
    }
}
