package tekton.budget.alerting.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import tekton.budget.alert.Channel.Secret;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures by the Standard Webhooks specification 1.0 (standardwebhooks.com): HMAC-SHA256 over
 * {@code id.timestamp.body} in Base64, marked {@code v1}. While secrets are rotated there is one
 * signature for each, separated by spaces.
 */
final class StandardWebhooks {

    private static final String ALGORITHM = "HmacSHA256";

    private StandardWebhooks() {}

    /** The value of {@code webhook-signature}. */
    static String signature(List<Secret> secrets, String id, long epochSeconds, byte[] body) {
        return secrets.stream()
                .map(secret -> "v1," + signature(secret, id, epochSeconds, body))
                .collect(Collectors.joining(" "));
    }

    private static String signature(Secret secret, String id, long epochSeconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            byte[] key = Base64.getDecoder().decode(secret.base64());
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((id + '.' + epochSeconds + '.').getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
