package tekton.budget.api.http;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client would rather have, by its header {@code Accept} (RFC 9110, section 12.5.1). */
public final class AcceptHeader {

    /** Nobody who says more is listened to. */
    private static final int RANGES_MAX = 50;

    private static final Pattern RANGE =
            Pattern.compile("([a-z0-9!#$&^_.+*-]+)/([a-z0-9!#$&^_.+*-]+)((?:\\s*;[^;]*)*)");
    private static final Pattern QUALITY =
            Pattern.compile(";\\s*q\\s*=\\s*(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*(?:;.*)?");
    private static final Pattern ANY_QUALITY = Pattern.compile(";\\s*q\\s*=.*");

    private AcceptHeader() {}

    /**
     * How much a type is wanted.
     *
     * @param quality 0 to 1,000; 0 is not at all
     * @param exactness how closely the type is named: 0 not at all, 3 by its name
     */
    private record Wish(int quality, int exactness) {

        static final Wish NONE = new Wish(0, 0);

        boolean isMoreThan(Wish other) {
            return quality > other.quality
                    || (quality > 0 && quality == other.quality && exactness > other.exactness);
        }
    }

    /**
     * Whether another type is wanted more than JSON. A client that says nothing, or nothing that
     * can be read, does not; nor does one to whom both are the same.
     *
     * @param type such as {@code text/html}, in lower case
     * @param accept the header, if there is one
     */
    public static boolean prefersToJson(String type, @Nullable String accept) {
        return accept != null && wish(type, accept).isMoreThan(wish(Bodies.JSON, accept));
    }

    private static Wish wish(String type, String accept) {
        String[] ranges = accept.toLowerCase(Locale.ROOT).split(",", RANGES_MAX + 1);
        Wish wish = Wish.NONE;
        for (int i = 0; i < Math.min(ranges.length, RANGES_MAX); i++) {
            Matcher range = RANGE.matcher(ranges[i].strip());
            if (range.matches()) {
                int exactness = exactness(type, range.group(1), range.group(2));
                int quality = quality(range.group(3));
                if (quality >= 0 && exactness > wish.exactness) {
                    wish = new Wish(quality, exactness);
                }
            }
        }
        return wish;
    }

    private static int exactness(String type, String main, String sub) {
        if (type.equals(main + '/' + sub)) {
            return 3;
        }
        if (!sub.equals("*")) {
            return 0;
        }
        return type.startsWith(main + '/') ? 2 : main.equals("*") ? 1 : 0;
    }

    /** In thousandths; -1 for one that cannot be read. */
    private static int quality(String parameters) {
        for (int at = parameters.indexOf(';'); at >= 0; at = parameters.indexOf(';', at + 1)) {
            String rest = parameters.substring(at);
            Matcher quality = QUALITY.matcher(rest);
            if (quality.matches()) {
                return (int) Math.round(Double.parseDouble(quality.group(1)) * 1_000);
            }
            if (ANY_QUALITY.matcher(rest).matches()) {
                return -1;
            }
        }
        return 1_000;
    }
}
