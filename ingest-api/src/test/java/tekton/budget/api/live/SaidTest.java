package tekton.budget.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaidTest {

    @Test
    void shouldUnderstandTheFramesOfTektonsClients() {
        assertThat(
                        of(
                                "{'type':'subscription','topic':'budget_alerts',"
                                        + "'payload':{'topic':'budget_alerts'},'timestamp':null}"))
                .isEqualTo(new Said.Subscription("budget_alerts"));
        assertThat(of("{'type':'unsubscription','topic':'x','payload':{'topic':'price_updates'}}"))
                .isEqualTo(new Said.Unsubscription("price_updates"));
        assertThat(of("{'type':'heartbeat','topic':'system','payload':{}}"))
                .isEqualTo(new Said.Heartbeat("system"));
        assertThat(
                        of(
                                "{'type':'authentication','topic':'auth',"
                                        + "'payload':{'api_key':'k','client_id':'c'}}"))
                .isEqualTo(new Said.Authentication("auth", true));
    }

    @Test
    void shouldBeLenient() {
        assertThat(of("{'type':'subscription'}")).isEqualTo(new Said.Subscription("budget_events"));
        assertThat(of("{'type':'heartbeat'}")).isEqualTo(new Said.Heartbeat("of-the-path"));
        assertThat(of("{'type':'authenticate','data':{'apiKey':'k'}}"))
                .isEqualTo(new Said.Authentication("of-the-path", true));
        assertThat(of("{'type':'authentication','payload':{'api_key':''}}"))
                .isEqualTo(new Said.Authentication("of-the-path", false));
        assertThat(of("{'type':'subscription','payload':7,'data':{'topic':'price_updates'}}"))
                .isEqualTo(new Said.Subscription("price_updates"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "budget_update",
                "allocation_update",
                "policy_update",
                "alert",
                "price_update",
                "error",
                "shutdown"
            })
    void shouldNotAnswerWhatIsKnownAndNotAsked(String type) {
        assertThat(of("{'type':'" + type + "'}")).isEqualTo(new Said.Unanswered());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "[]", "{", "{} {}", "{'type':'x'}", "{'type':7}", "{}"})
    void shouldSayWhatIsWrongWithTheRest(String text) {
        assertThat(of(text)).isInstanceOf(Said.Unreadable.class);
        assertThat(((Said.Unreadable) of(text)).why()).contains("(expected: ");
    }

    private static Said of(String text) {
        return Said.of(text.replace('\'', '"'), "of-the-path");
    }
}
