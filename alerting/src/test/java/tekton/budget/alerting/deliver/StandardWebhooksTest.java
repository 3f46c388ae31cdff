package tekton.budget.alerting.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import tekton.budget.alert.Channel.Secret;

import java.util.List;

/**
 * The first value is the one that the specification's own libraries are tested with
 * (github.com/standard-webhooks/standard-webhooks, {@code libraries/python/tests/test_webhooks.py},
 * {@code test_sign_function}). All were computed by
 *
 * <pre>
 * printf ID.TIMESTAMP.BODY | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64
 * </pre>
 */
class StandardWebhooksTest {

    private static final Secret FIRST = new Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final Secret SECOND = new Secret("c2Vjb25kIHNlY3JldCBvZiAzMiBieXRlcyBsb25nISE=");

    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

    @Test
    void shouldSignAsOthersDo() {
        assertThat(signature(List.of(FIRST)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(
                        StandardWebhooks.signature(
                                List.of(FIRST),
                                "5f0c",
                                1_777_629_600,
                                "{\"title\":\"é\"}".getBytes(UTF_8)))
                .isEqualTo("v1,use5iDx3PaIfGI4aPsBrsJ6m9SoZR59Lkc7qZc6DwOM=");
    }

    @Test
    void shouldSignWithEverySecretWhileTheyAreRotated() {
        assertThat(signature(List.of(SECOND, FIRST)))
                .isEqualTo(
                        "v1,86Ft5M9gT/bkVVyjQWaflYiQmpASGl4ThV0924aNPHM="
                                + " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    private static String signature(List<Secret> secrets) {
        return StandardWebhooks.signature(
                secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, BODY);
    }
}
