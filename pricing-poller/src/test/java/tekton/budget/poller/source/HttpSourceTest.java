package tekton.budget.poller.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.poller.FakeFeed;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.LiteLlmFeed;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A source over real HTTP that behaves as badly as it can. */
class HttpSourceTest {

    private static final Instant NOW = Instant.parse("2026-09-01T12:00:00Z");

    private static final DownloadTimeouts LONG =
            new DownloadTimeouts(
                    3, Duration.ofMinutes(3), Duration.ofMillis(1), Duration.ofMillis(5));

    /** For sources that never come to an end. */
    private static final DownloadTimeouts SHORT =
            new DownloadTimeouts(
                    3, Duration.ofMillis(700), Duration.ofMillis(1), Duration.ofMillis(5));

    private static final String LIST =
            """
            {"m": {"litellm_provider": "p", "input_cost_per_token": 1e-6,
                   "output_cost_per_token": 2e-6}}\
            """;

    @TempDir Path directory;
    private FakeFeed feed;
    private HttpSource source;

    @BeforeEach
    void start() throws Exception {
        feed = new FakeFeed();
        source = source(feed.address());
    }

    @AfterEach
    void stop() {
        feed.close();
    }

    @Test
    void shouldReadAListAndAskForItOnlyWhenItHasChanged() throws Exception {
        feed.answer(200, LIST).withTag("\"v1\"");

        SourceReading<FeedReading> first = source.read();
        SourceReading<FeedReading> second = source.read();

        assertThat(first.failure()).isNull();
        assertThat(first.fetchedAt()).isEqualTo(NOW);
        assertThat(first.reading().quotes()).hasSize(1);
        assertThat(second).isEqualTo(first);
        assertThat(feed.statuses()).containsExactly(200, 304);
        assertThat(feed.lastHeader("If-None-Match")).isEqualTo("\"v1\"");
        assertThat(feed.lastHeader("If-Modified-Since")).isEqualTo(FakeFeed.LAST_MODIFIED);
    }

    @Test
    void shouldUseTheLastGoodCopyAfterARestart() throws Exception {
        feed.answer(200, LIST).withTag("\"v1\"");
        source.read();

        HttpSource restarted = source(feed.address());
        SourceReading<FeedReading> unchanged = restarted.read();
        feed.answer(503, "");
        SourceReading<FeedReading> away = source(feed.address()).read();

        assertThat(feed.statuses()).startsWith(200, 304);
        assertThat(unchanged.reading().quotes()).hasSize(1);
        assertThat(away.failure()).isEqualTo("status 503 (expected: 200)");
        assertThat(away.reading().quotes()).hasSize(1);
        assertThat(away.fetchedAt()).isEqualTo(NOW);
    }

    @Test
    void shouldNotUseADamagedCopyOrOneOfAnotherAddress() throws Exception {
        feed.answer(200, LIST).withTag("\"v1\"");
        source.read();

        assertThat(source(URI.create(feed.address() + "?other")).read().failure()).isNull();
        assertThat(feed.lastHeader("If-None-Match")).isNull();

        source(feed.address()).read();
        Files.writeString(directory.resolve("litellm.list"), LIST.replace("1e-6", "9e-6"));
        assertThat(source(feed.address()).read().failure()).isNull();
        assertThat(feed.lastHeader("If-None-Match")).isNull();
    }

    @Test
    void shouldTryAgainWhatMayPass() throws Exception {
        feed.answer(500, "").thenOnce(429, "").thenOnce(200, LIST);

        SourceReading<FeedReading> reading = source.read();

        assertThat(reading.failure()).isNull();
        assertThat(feed.statuses()).containsExactly(500, 429, 200);
    }

    @Test
    void shouldGiveUpWithinABound() throws Exception {
        feed.answer(500, "");

        assertThat(source.read()).isEqualTo(SourceReading.failed("status 500 (expected: 200)"));
        assertThat(feed.statuses()).containsExactly(500, 500, 500);
    }

    @Test
    void shouldNotTryAgainWhatWillNotPass() throws Exception {
        feed.answer(404, "");

        assertThat(source.read().failure()).isEqualTo("status 404 (expected: 200)");
        assertThat(feed.statuses()).containsExactly(404);
    }

    @Test
    void shouldKeepTheCopyWhenAnAnswerIsNoList() throws Exception {
        feed.answer(200, LIST);
        source.read();

        feed.answer(200, "<!DOCTYPE html><title>Sign in</title>");
        SourceReading<FeedReading> html = source.read();
        feed.answer(200, "{}");
        SourceReading<FeedReading> empty = source.read();
        feed.answer(200, LIST.substring(0, 60));
        SourceReading<FeedReading> half = source.read();

        assertThat(html.failure()).startsWith("not JSON: begins with <!DOCTYPE html>");
        assertThat(empty.failure()).isEqualTo("not one price in it (expected: a price list)");
        assertThat(half.failure()).startsWith("not JSON");
        for (SourceReading<FeedReading> reading : java.util.List.of(html, empty, half)) {
            assertThat(reading.reading().quotes()).hasSize(1);
        }
    }

    @Test
    void shouldNotBelieveATruncatedAnswer() throws Exception {
        feed.truncated(LIST, LIST.length() + 100);

        assertThat(source.read().failure()).startsWith("the answer broke off");
        assertThat(feed.statuses()).hasSize(3);
    }

    @Test
    void shouldExpandACompressedList() throws Exception {
        feed.compressed(LIST.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0);

        assertThat(source.read().reading().quotes()).hasSize(1);
        assertThat(feed.lastHeader("Accept-Encoding")).isEqualTo("gzip");
    }

    @Test
    void shouldStopAtABombAndAtHalfAGzip() throws Exception {
        feed.compressed(new byte[0], 64 << 20);
        assertThat(source.read().failure())
                .isEqualTo(
                        "cannot be expanded: more than 33554432 bytes when expanded"
                                + " (expected: at most that many)");

        feed.truncatedGzip(LIST);
        assertThat(source.read().failure()).startsWith("cannot be expanded: ");
    }

    @Test
    void shouldStopAtAHugeAnswer() throws Exception {
        feed.huge(40 << 20);

        assertThat(source.read().failure())
                .isEqualTo("more than 33554432 bytes (expected: at most that many)");
    }

    @Test
    void shouldNotWaitForASlowAnswer() throws Exception {
        HttpSource impatient = source(feed.address(), SHORT);
        feed.trickle(LIST);
        // On a busy machine the bound is over before the first byte is there.
        assertThat(impatient.read().failure()).matches("no (whole )?answer within .*");

        feed.silent();
        assertThat(impatient.read().failure()).startsWith("no ");
    }

    @Test
    void shouldSayWhoCannotBeReached() throws Exception {
        feed.close();

        assertThat(source.read()).isEqualTo(SourceReading.failed("cannot be reached at 127.0.0.1"));
    }

    @Test
    void shouldSayItsPlaceWithoutSecrets() {
        assertThat(source(URI.create("http://me:secret@127.0.0.1:81/a/b?key=secret")).location())
                .isEqualTo("http://127.0.0.1:81/a/b");
    }

    private HttpSource source(URI address) {
        return source(address, LONG);
    }

    private HttpSource source(URI address, DownloadTimeouts timeouts) {
        return new HttpSource(
                "litellm",
                90,
                address,
                new LiteLlmFeed(),
                directory,
                timeouts,
                InstantSource.fixed(NOW));
    }
}
