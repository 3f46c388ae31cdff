package tekton.budget.bench.hostile;

import java.util.List;

/** Values that something may choke on. No text of theirs looks like the inside of a program. */
final class Oddities {

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "default",
                    "daily",
                    "hourly",
                    "hard_limit",
                    "per_session",
                    "remote_heavyweight",
                    "Asia/Kathmandu",
                    "Etc/GMT+12",
                    "2026-02-30",
                    "9999-12-31T23:59:59.999999999Z",
                    "-999999999-01-01",
                    "+1000000000-01-01T00:00:00Z",
                    "null",
                    "true",
                    "0",
                    "../../../../etc/passwd",
                    "..\\..\\boot.ini",
                    "' OR '1'='1",
                    "${jndi:ldap://127.0.0.1/x}",
                    "#{7*7}",
                    "%s%n%x",
                    "<script>alert(1)</script>",
                    "=1+1",
                    "\u0000",
                    "a\u0000b",
                    "a\r\nX-Injected: 1",
                    "\u202etxt.exe",
                    "\ufeffid",
                    "\ud83d\ude00",
                    "\ud800",
                    "\udc00\ud800",
                    "\u0130\u0131\u00df",
                    "e\u0301\u0301\u0301\u0301",
                    "\u2028\u2029\u0085",
                    "http://127.0.0.1:1/",
                    "file:///etc/hostname",
                    "whsec_",
                    "usage-0:1",
                    "usage-99:-1",
                    "usage-0:9223372036854775807");

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "-1",
                    "1",
                    "1.0",
                    "1e0",
                    "0.1",
                    "1e-400",
                    "1e400",
                    "1E+2147483647",
                    "1e-2147483648",
                    "1e99999999999",
                    "1000000000",
                    "1000000001",
                    "2147483648",
                    "9007199254740993",
                    "9223372036854775807",
                    "9223372036854775808",
                    "-9223372036854775809",
                    "00",
                    "01",
                    "1.",
                    ".5",
                    "+1",
                    "NaN",
                    "Infinity",
                    "0x10");

    private Oddities() {}

    /** Of any kind, up to 70,000 characters. */
    static String text(Dice dice) {
        return switch (dice.below(12)) {
            case 0 -> "x".repeat(dice.pick(List.of(127, 128, 129, 255, 256, 257, 4_096, 16_385)));
            case 1 -> Long.toString(dice.anyLong(), 36);
            case 2 -> "\u00e9".repeat(1 + dice.below(200));
            case 3 -> dice.chance(5) ? "y".repeat(70_000) : "y".repeat(300);
            default -> dice.pick(TEXTS);
        };
    }

    /** As JSON has numbers, or nearly. */
    static String number(Dice dice) {
        return switch (dice.below(20)) {
            case 0 -> "9".repeat(1 + dice.below(1_200));
            case 1 -> "0." + "0".repeat(dice.below(1_200)) + "1";
            default -> dice.pick(NUMBERS);
        };
    }
}
