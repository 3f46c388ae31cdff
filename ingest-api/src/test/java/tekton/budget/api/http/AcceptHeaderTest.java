package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptHeaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // As Chromium and Firefox open a page.
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 | true",
                "text/html | true",
                "text/html, application/json;q=0.5 | true",
                "text/html, */* | true",
                "TEXT/HTML;level=1;q=0.9, */*;q=0.1 | true",
                "text/html;q=0, */*;q=0 | false",
                "text/html, application/json | false",
                "text/* | true",
                // As curl, Python's requests and an own page's fetch ask.
                "*/* | false",
                "none | false",
                "application/json | false",
                "application/json, text/html;q=0.9 | false",
                "text/html;q=0.4, application/json;q=0.5 | false",
                "text/html, | true",
                "text/html;q=x | false",
                "/ | false",
            })
    void shouldKnowWhoWouldRatherHaveHtml(String accept, boolean html) {
        assertThat(AcceptHeader.prefersToJson("text/html", accept)).isEqualTo(html);
    }

    @Test
    void shouldNotListenToWhoSaysTooMuch() {
        String many = "text/x, ".repeat(60);
        assertThat(AcceptHeader.prefersToJson("text/html", many + "text/html")).isFalse();
        assertThat(AcceptHeader.prefersToJson("text/html", "text/html, " + many)).isTrue();
    }
}
