package tekton.budget.api.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request says of content codings (RFC 9110, 12.5.3). */
final class AcceptedCoding {

    private static final Pattern REFUSED = Pattern.compile("0(\\.0{0,3})?");
    private static final Pattern ENTRY =
            Pattern.compile("([^;\\s]+)\\s*(?:;\\s*[qQ]\\s*=\\s*(\\S+)\\s*)?");

    private AcceptedCoding() {}

    /**
     * True when an answer may be gzip: it is named, or any coding is, and not with a weight of 0.
     *
     * @param header the values of {@code Accept-Encoding}, joined by commas; empty without any
     */
    static boolean takesGzip(String header) {
        return weight(header, "gzip")
                .or(() -> weight(header, "*"))
                .filter(weight -> !REFUSED.matcher(weight).matches())
                .isPresent();
    }

    private static Optional<String> weight(String header, String coding) {
        return Arrays.stream(header.toLowerCase(Locale.ROOT).split(",", -1))
                .map(entry -> ENTRY.matcher(entry.strip()))
                .filter(Matcher::matches)
                .filter(entry -> entry.group(1).equals(coding))
                .map(entry -> Optional.ofNullable(entry.group(2)).orElse("1"))
                .findFirst();
    }
}
