package tekton.budget.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFrameTest {

    @Test
    void shouldUnderstandTheFramesOfTektonsClients() {
        assertThat(
                        of(
                                "{'type':'subscription','topic':'budget_alerts',"
                                        + "'payload':{'topic':'budget_alerts'},'timestamp':null}"))
                .isEqualTo(new ClientFrame.SubscriptionFrame("budget_alerts"));
        assertThat(of("{'type':'unsubscription','topic':'x','payload':{'topic':'price_updates'}}"))
                .isEqualTo(new ClientFrame.UnsubscriptionFrame("price_updates"));
        assertThat(of("{'type':'heartbeat','topic':'system','payload':{}}"))
                .isEqualTo(new ClientFrame.HeartbeatFrame("system"));
        assertThat(
                        of(
                                "{'type':'authentication','topic':'auth',"
                                        + "'payload':{'api_key':'k','client_id':'c'}}"))
                .isEqualTo(new ClientFrame.AuthenticationFrame("auth", true));
    }

    @Test
    void shouldBeLenient() {
        assertThat(of("{'type':'subscription'}"))
                .isEqualTo(new ClientFrame.SubscriptionFrame("budget_events"));
        assertThat(of("{'type':'heartbeat'}"))
                .isEqualTo(new ClientFrame.HeartbeatFrame("of-the-path"));
        assertThat(of("{'type':'authenticate','data':{'apiKey':'k'}}"))
                .isEqualTo(new ClientFrame.AuthenticationFrame("of-the-path", true));
        assertThat(of("{'type':'authentication','payload':{'api_key':''}}"))
                .isEqualTo(new ClientFrame.AuthenticationFrame("of-the-path", false));
        assertThat(of("{'type':'subscription','payload':7,'data':{'topic':'price_updates'}}"))
                .isEqualTo(new ClientFrame.SubscriptionFrame("price_updates"));
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
        assertThat(of("{'type':'" + type + "'}")).isEqualTo(new ClientFrame.UnansweredFrame());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "[]", "{", "{} {}", "{'type':'x'}", "{'type':7}", "{}"})
    void shouldSayWhatIsWrongWithTheRest(String text) {
        assertThat(of(text)).isInstanceOf(ClientFrame.UnreadableFrame.class);
        assertThat(((ClientFrame.UnreadableFrame) of(text)).why()).contains("(expected: ");
    }

    private static ClientFrame of(String text) {
        return ClientFrame.of(text.replace('\'', '"'), "of-the-path");
    }
}
