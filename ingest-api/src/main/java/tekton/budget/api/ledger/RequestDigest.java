package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * The fingerprint by which a repeated request is told from another one under the same idempotency
 * key: SHA-256, in hexadecimal, of what the client asked for. What this side adds (ids, prices,
 * times) is not in it. Frozen: it is kept with the decision.
 */
final class RequestDigest {

    private RequestDigest() {}

    /**
     * The digest of one request.
     *
     * @param kind what is asked for
     * @param subjectId what it is about, from the path; null when that is yet to be made
     * @param fields what the body says, each a JSON value in one form for one meaning
     */
    static String of(String kind, @Nullable String subjectId, SortedMap<String, String> fields) {
        JsonBytes json =
                new JsonBytes(512)
                        .open('{')
                        .property("kind", kind)
                        .property("subject", subjectId)
                        .name("fields")
                        .open('{');
        fields.forEach(json::propertyRaw);
        return sha256(json.close('}').close('}').toByteArray());
    }

    /** SHA-256 in hexadecimal. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
