package tekton.budget.bench.fairness;

import tekton.budget.bench.http.HttpConnection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/**
 * What the metering says of its commits.
 *
 * @param count how many there were since the start
 * @param seconds how long they took together
 * @param longest the longest of the last minutes, in seconds
 */
record Commits(double count, double seconds, double longest) {

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final String NAME = "budget_stream_commit_seconds";
    private static final String METERING = "{application=\"metering\"}";

    /** Of a running product, now. */
    static Commits of(InetSocketAddress address) throws IOException {
        try (HttpConnection http = new HttpConnection(address, ANSWER)) {
            String text = http.get("/metrics").text();
            return new Commits(
                    value(text, NAME + "_count" + METERING),
                    value(text, NAME + "_sum" + METERING),
                    value(text, NAME + "_max" + METERING));
        }
    }

    private static double value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length()).strip()))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** What there was since an earlier reading, as text. */
    String since(Commits earlier) {
        return String.format(
                Locale.ROOT,
                "%.0f commits of %.0f ms each, at most %.0f ms in the last minutes",
                count - earlier.count,
                1e3 * (seconds - earlier.seconds) / Math.max(1, count - earlier.count),
                1e3 * longest);
    }
}
