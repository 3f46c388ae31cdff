package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.route.AccessScope;
import tekton.budget.settings.InvalidSettingException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

class KeysTest {

    private static final long LATER = Duration.ofSeconds(6).toNanos();

    @TempDir Path directory;

    @Test
    void shouldFindEachKeyAndNoOther() {
        ApiKeys keys =
                new ApiKeys(
                        KeyList.parse(
                                "X",
                                "# the pipelines\n"
                                        + entry("ci:ingest+read", "one")
                                        + ", "
                                        + entry("ops:admin@team", "two")),
                        null,
                        0);

        ApiKey ci = keys.find(key("one"), 0);
        ApiKey ops = keys.find(key("two"), 0);

        assertThat(ci.name()).isEqualTo("ci");
        assertThat(ci.has(AccessScope.INGEST)).isTrue();
        assertThat(ci.has(AccessScope.ADMIN)).isFalse();
        assertThat(ci.budgetId()).isNull();
        assertThat(ops.budgetId()).isEqualTo("team");
        assertThat(ops).hasToString("ops[ADMIN]@team");
        assertThat(keys.find(key("three"), 0)).isNull();
        assertThat(keys.find("", 0)).isNull();
        assertThat(keys.find("x".repeat(1_000_000), 0)).isNull();
        assertThat(keys.find(key("one").toUpperCase(Locale.ROOT), 0)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ci",
                "ci:ingest",
                "ci:ingest:abc",
                "ci::DIGEST",
                "ci:write:DIGEST",
                "ci:ingest+:DIGEST",
                "ci:INGEST:DIGEST",
                "c i:ingest:DIGEST",
                "ci:ingest@a.b:DIGEST",
                "ci:ingest@:DIGEST",
                "ci:ingest:DIGEST:",
                "ci:ingest:DIGEST:2026-02-30",
                "ci:ingest:DIGEST:2026-12-31T10:00",
                "ci:ingest:DIGEST:2026-12-31T10:00:00+01:00",
                "a:read:DIGEST a:read:OTHER",
                "a:read:DIGEST b:read:DIGEST",
            })
    void shouldRefuseWhatIsNoListAndShowNothingOfIt(String text) {
        String list = text.replace("DIGEST", digest("one")).replace("OTHER", digest("two"));

        assertThatThrownBy(() -> KeyList.parse("BUDGET_API_KEYS", list))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_API_KEYS: entry ")
                .message()
                .doesNotContain(digest("one").substring(0, 8));
    }

    @Test
    void shouldEndAKeyWithItsDayOrAtItsInstant() {
        ApiKey day = ApiKey.parse(entry("ci:ingest", "one") + ":2026-12-31").orElseThrow();
        ApiKey instant =
                ApiKey.parse(entry("ci:ingest", "one") + ":2026-12-31T18:30:00Z").orElseThrow();

        assertThat(day.end()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(instant.end()).isEqualTo("2026-12-31T18:30:00Z");
        assertThat(instant.hasEnded(Instant.parse("2026-12-31T18:29:59.999Z"))).isFalse();
        assertThat(instant.hasEnded(Instant.parse("2026-12-31T18:30:00Z"))).isTrue();
        assertThat(instant.endsSoon(Instant.parse("2026-12-17T18:30:00Z"))).isFalse();
        assertThat(instant.endsSoon(Instant.parse("2026-12-17T18:30:01Z"))).isTrue();
        assertThat(instant.endsSoon(Instant.parse("2026-12-31T18:30:00Z"))).isFalse();
        assertThat(ApiKey.parse(entry("ci:ingest", "one")).orElseThrow().hasEnded(Instant.MAX))
                .isFalse();
    }

    @Test
    void shouldRememberTheLastUseOfAKeyThatIsReadAgain() throws Exception {
        Instant used = Instant.parse("2026-11-29T10:00:00Z");
        write(entry("ci:ingest", "one"), 1);
        ApiKeys keys = new ApiKeys(List.of(), directory.resolve("keys"), 0);
        keys.find(key("one"), 0).used(used);

        write(entry("ci-renamed:ingest", "one") + ":2026-12-31\n" + entry("ci:read", "two"), 2);

        assertThat(keys.find(key("one"), LATER).usedAt()).isEqualTo(used);
        assertThat(keys.find(key("two"), LATER).usedAt()).isNull();
    }

    @Test
    void shouldTakeUpAKeyThatIsRotatedWhileItRuns() throws Exception {
        Path file = write(entry("ci:ingest", "old"), 1);
        ApiKeys keys = new ApiKeys(List.of(), file, 0);
        assertThat(keys.find(key("old"), LATER)).isNotNull();

        write(entry("ci:ingest", "old") + '\n' + entry("ci-2:ingest", "new"), 2);
        assertThat(keys.find(key("new"), LATER + 1)).describedAs("not yet looked at").isNull();
        assertThat(keys.find(key("new"), 2 * LATER)).isNotNull();
        assertThat(keys.find(key("old"), 2 * LATER)).isNotNull();

        write(entry("ci-2:ingest", "new"), 3);
        assertThat(keys.find(key("old"), 3 * LATER)).isNull();
        assertThat(keys.find(key("new"), 3 * LATER)).isNotNull();
    }

    @Test
    void shouldKeepTheKeysWhenTheFileIsFaultyOrGone() throws Exception {
        Path file = write(entry("ci:ingest", "old"), 1);
        ApiKeys keys = new ApiKeys(List.of(), file, 0);

        write("nonsense", 2);
        assertThat(keys.find(key("old"), LATER)).isNotNull();
        write("", 3);
        assertThat(keys.find(key("old"), 2 * LATER)).isNotNull();
        Files.delete(file);
        assertThat(keys.find(key("old"), 3 * LATER)).isNotNull();
        write(entry("ci:ingest", "new"), 4);
        assertThat(keys.find(key("old"), 4 * LATER)).isNull();
        assertThat(keys.find(key("new"), 4 * LATER)).isNotNull();
    }

    private Path write(String text, int second) throws Exception {
        Path file = directory.resolve("keys");
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
        return file;
    }

    private static String key(String seed) {
        return "bk_" + seed + "-".repeat(40);
    }

    private static String digest(String seed) {
        return HexFormat.of().formatHex(ApiKey.digest(key(seed)));
    }

    private static String entry(String nameAndScopes, String seed) {
        return nameAndScopes + ':' + digest(seed);
    }
}
