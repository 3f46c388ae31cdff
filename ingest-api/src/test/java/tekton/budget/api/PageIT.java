package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.access.AccessSettings;

import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page as a browser loads it: without a key, and whole. */
class PageIT {

    private static final String[] BROWSER = {
        "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    };

    /** The page loads a view when it is opened first. */
    private static final List<String> VIEWS =
            List.of("overview", "explore", "budgets", "records", "alerts", "prices", "system");

    /** What a page or a module names: an address of this service, or a file beside it. */
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?:href|src)=\"([^\"#]+)\"|(?:from|import)\\s*\\(?\\s*['\"]\\./([^'\"]+)");

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        api =
                Api.startGuarded(
                        "127.0.0.1:1",
                        new FakeMetering(),
                        new AccessSettings(
                                "reader:read:" + "0".repeat(64), null, true, 0, 0, "loopback"));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void shouldShowABrowserThePageAndOthersWhoAnswers() throws Exception {
        HttpResponse<String> page = api.get("/", BROWSER);
        HttpResponse<String> program = api.get("/", "Accept", "*/*");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .doesNotContain("unsafe")
                .doesNotContain("http");
        assertThat(page.headers().allValues("Vary")).contains("Accept", "Accept-Encoding");
        assertThat(page.body()).startsWith("<!doctype html>");
        assertThat(Api.json(program).get("component").stringValue()).isEqualTo("budget");
        assertThat(program.headers().allValues("Vary")).contains("Accept");
    }

    /** Every file that is named is there, and none is somewhere else. */
    @Test
    void shouldServeEverythingThatThePageIsMadeOf() throws Exception {
        Set<String> seen = new HashSet<>(List.of("/docs", "/metrics"));
        Deque<String> left = new ArrayDeque<>(named(api.get("/", BROWSER).body()));
        VIEWS.forEach(view -> left.add("/page/view-" + view + ".js"));
        while (!left.isEmpty()) {
            String path = left.pop();
            if (!seen.add(path)) {
                continue;
            }
            HttpResponse<String> file = api.get(path);
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            String type = file.headers().firstValue("Content-Type").orElseThrow();
            assertThat(type)
                    .as(path)
                    .matches("(text/(javascript|css);charset=UTF-8|image/svg\\+xml)");
            if (type.startsWith("text/javascript")) {
                left.addAll(named(file.body()));
            }
        }
        assertThat(seen)
                .contains(
                        "/page/main.js", "/page/lit-html.js", "/page/uplot.js", "/page/uplot.css");
    }

    private static List<String> named(String text) {
        return NAMED.matcher(text).results().map(PageIT::path).toList();
    }

    private static String path(MatchResult found) {
        return found.group(1) == null ? "/page/" + found.group(2) : found.group(1);
    }

    @Test
    void shouldCompressForWhoTakesItAndKnowWhoHasIt() throws Exception {
        HttpResponse<byte[]> packed = api.getBytes("/page/main.js", "Accept-Encoding", "br, gzip");
        String tag = packed.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> plain = api.get("/page/main.js");

        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.body()).startsWith(0x1f, 0x8b);
        assertThat(packed.body().length).isLessThan(plain.body().length());
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(plain.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
        assertThat(
                        api.get("/page/main.js", "Accept-Encoding", "gzip", "If-None-Match", tag)
                                .statusCode())
                .isEqualTo(304);
        assertThat(
                        api.get("/page/main.js", "Accept-Encoding", "gzip;q=0")
                                .headers()
                                .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/",
                "/page/none.js",
                "/page/index.html",
                "/page/main.JS",
                "/page/main.js.map",
                "/page/..%2Fapi%2Fopenapi.json",
                "/page/a/main.js"
            })
    void shouldServeNothingElse(String path) throws Exception {
        assertThat(api.get(path).statusCode()).isIn(400, 401, 404);
    }
}
