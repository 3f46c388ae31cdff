package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

/**
 * A model's name that ends in the date of a version: {@code gpt-4o-2024-08-06}, {@code
 * claude-3-opus-20240229}, {@code claude-3-opus@20240229}, {@code command-r-08-2024}, {@code
 * gpt-4-0613}.
 *
 * @param base the name without it
 * @param day the date as yyyymmdd; 0 where the name tells two of year, month and day only, which
 *     puts versions into no order
 */
record DatedName(String base, int day) {

    private static final int YEAR_MIN = 2019;
    private static final int YEAR_MAX = 2099;

    /** The date that a name ends in; null when it ends in none. */
    static @Nullable DatedName of(String name) {
        if (endsLike("dddd-dd-dd", name)) {
            return of(
                    name, 10, fullDay(digits(name, 10, 6), digits(name, 5, 3), digits(name, 2, 0)));
        }
        if (endsLike("dddddddd", name)) {
            return of(name, 8, fullDay(digits(name, 8, 4), digits(name, 4, 2), digits(name, 2, 0)));
        }
        if (endsLike("dd-dddd", name)) {
            boolean date = isMonth(digits(name, 7, 5)) && isYear(digits(name, 4, 0));
            return of(name, 7, date ? 0 : -1);
        }
        if (endsLike("dddd", name)) {
            return of(name, 4, isShortDate(digits(name, 4, 2), digits(name, 2, 0)) ? 0 : -1);
        }
        return null;
    }

    private static @Nullable DatedName of(String name, int length, int day) {
        return day < 0 ? null : new DatedName(name.substring(0, name.length() - length - 1), day);
    }

    /** True when a name ends in a separator and that form, and something stands before. */
    private static boolean endsLike(String form, String name) {
        int at = name.length() - form.length();
        if (at < 2 || (name.charAt(at - 1) != '-' && name.charAt(at - 1) != '@')) {
            return false;
        }
        for (int i = 0; i < form.length(); i++) {
            char c = name.charAt(at + i);
            if (form.charAt(i) == 'd' ? c < '0' || c > '9' : c != '-') {
                return false;
            }
        }
        return true;
    }

    /** The number between two distances from the end. */
    private static int digits(String name, int from, int to) {
        return Integer.parseInt(name, name.length() - from, name.length() - to, 10);
    }

    private static int fullDay(int year, int month, int day) {
        return isYear(year) && isMonth(month) && isDay(day)
                ? year * 10_000 + month * 100 + day
                : -1;
    }

    /** Month and day, as OpenAI writes it, or year and month, as Mistral does. */
    private static boolean isShortDate(int first, int second) {
        return (isMonth(first) && isDay(second)) || (isYear(2_000 + first) && isMonth(second));
    }

    private static boolean isYear(int year) {
        return year >= YEAR_MIN && year <= YEAR_MAX;
    }

    private static boolean isMonth(int month) {
        return month >= 1 && month <= 12;
    }

    private static boolean isDay(int day) {
        return day >= 1 && day <= 31;
    }
}
