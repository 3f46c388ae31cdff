package tekton.budget.poller.reconcile;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.TermsJson;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.poller.feed.ModelKey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The ids of findings: of what was found and nothing else, so that whoever finds the same again, at
 * any time and in any instance, gives it the same id. Frozen.
 */
final class FindingIds {

    private static final int BYTES = 12;

    private FindingIds() {}

    /** A quote of a source. */
    static String ofQuote(String source, ModelKey model, PriceTerms terms) {
        JsonBytes json = new JsonBytes(256).open('{');
        TermsJson.properties(json, terms);
        return of("terms", source, model.provider(), model.model(), json.close('}').toString());
    }

    /** Figures of a source that are part of a price. */
    static String ofPart(String source, ModelKey model, SortedMap<RateCell, Long> figures) {
        String said =
                figures.entrySet().stream()
                        .map(figure -> figure.getKey().path() + ' ' + figure.getValue())
                        .collect(Collectors.joining("\n"));
        return of("part", source, model.provider(), model.model(), said);
    }

    /** Figures of a source that make no price. */
    static String ofRaw(String source, ModelKey model, String raw) {
        return of("raw", source, model.provider(), model.model(), raw);
    }

    /** Two sources' figures. */
    static String ofDisagreement(
            ModelKey model, PriceStatus.QuotedPrice published, PriceStatus.QuotedPrice other) {
        return of("differ", model.provider(), model.model(), text(published), text(other));
    }

    private static String text(PriceStatus.QuotedPrice figures) {
        return figures.source() + ' ' + figures.inputPico() + ' ' + figures.outputPico();
    }

    private static String of(String... parts) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
        for (String part : parts) {
            // The length keeps two parts from reading like two others.
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
