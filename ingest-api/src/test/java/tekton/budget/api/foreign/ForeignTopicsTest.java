package tekton.budget.api.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.util.List;
import java.util.Map;

class ForeignTopicsTest {

    private static ForeignTopics of(String events, String otlp) {
        return ForeignTopics.of(
                new Environment(
                        Map.of("BUDGET_CLOUDEVENTS_TOPICS", events, "BUDGET_OTLP_TOPICS", otlp)));
    }

    @Test
    void shouldReadNobodysByDefault() {
        assertThat(of("", " ")).isEqualTo(ForeignTopics.NONE);
    }

    @Test
    void shouldTellSignalsByNamesOrByWhatIsSaid() {
        assertThat(
                        of(
                                        "a.events , b",
                                        "otlp_spans,otlp_logs,otlp_metrics,Traces-2,"
                                                + " catalog_spans=traces,x= logs")
                                .topics())
                .isEqualTo(
                        List.of(
                                new ForeignTopic("a.events", null),
                                new ForeignTopic("b", null),
                                new ForeignTopic("otlp_spans", OtlpSignal.TRACES),
                                new ForeignTopic("otlp_logs", OtlpSignal.LOGS),
                                new ForeignTopic("otlp_metrics", OtlpSignal.METRICS),
                                new ForeignTopic("Traces-2", OtlpSignal.TRACES),
                                new ForeignTopic("catalog_spans", OtlpSignal.TRACES),
                                new ForeignTopic("x", OtlpSignal.LOGS)));
    }

    /** Its own topics would come round for ever, one that comes twice would be read twice. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "budget.usage",
                "budget.usage-rated",
                "budget.dead-letters",
                "a,a",
                "a,,b",
                "a b",
                ".",
                "a,..",
                "ä",
                ","
            })
    void shouldRefuseNamesThatCannotBe(String names) {
        assertThatThrownBy(() -> of(names, ""))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("BUDGET_CLOUDEVENTS_TOPICS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "otlp",
                "catalog_spans",
                "otlp=spans",
                "otlp=",
                "=traces",
                "..=traces",
                "budget.usage=traces",
                "events"
            })
    void shouldRefuseTopicsThatTellNoSignal(String names) {
        assertThatThrownBy(() -> of("events", names))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("BUDGET_OTLP_TOPICS");
    }

    @Test
    void shouldRefuseMoreThanAFew() {
        String twenty = "t0,t1,t2,t3,t4,t5,t6,t7,t8,t9,t10,t11,t12,t13,t14,t15,t16,t17,t18,t19";
        assertThat(of(twenty, "").topics()).hasSize(20);
        assertThatThrownBy(() -> of(twenty, "otlp_spans"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("at most 20");
    }
}
