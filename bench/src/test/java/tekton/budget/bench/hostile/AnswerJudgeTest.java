package tekton.budget.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.http.Response;

import java.util.List;
import java.util.Map;

class AnswerJudgeTest {

    private static final String PROBLEM =
            "{\"type\":\"t\",\"title\":\"t\",\"status\":%d,\"detail\":\"%s\",\"code\":\"c\",\"error\":\"e\",\"errors\":[]}";

    private final AnswerJudge judge = new AnswerJudge(List.of("s3cret"));

    @Test
    void shouldAcceptAProblemThatIsOne() {
        assertThat(judged(422, PROBLEM.formatted(422, "d"))).isEmpty();
        assertThat(judged(200, "anything")).isEmpty();
    }

    @Test
    void shouldSeeWhatMustNotBe() {
        assertThat(judged(500, PROBLEM.formatted(500, "d"))).containsExactly("status 500");
        assertThat(judged(503, PROBLEM.formatted(503, "d")))
                .containsExactly("503 without Retry-After");
        assertThat(judged(422, PROBLEM.formatted(400, "d")))
                .containsExactly("a problem whose status is not 422");
        assertThat(judged(422, "<html>")).containsExactly("a problem that is no JSON");
        assertThat(judged(422, PROBLEM.formatted(422, "java.lang.X")))
                .containsExactly("the answer shows the inside");
        assertThat(judged(200, "s3cret")).containsExactly("the answer shows a secret");
        assertThat(judge.judge(request(), outcome(List.of(), "", true)))
                .containsExactly("no answer, and the connection is held");
        assertThat(judge.judge(request(), outcome(List.of(), "", false)))
                .containsExactly("proper HTTP, and the connection ended without an answer");
    }

    @Test
    void shouldAskForAProblemWhereNothingElseIsAgreed() {
        Response plain =
                new Response(404, Map.of("content-type", "text/html"), "x".getBytes(UTF_8));

        assertThat(judge.judge(request(), outcome(List.of(plain), "x", false)))
                .containsExactly("404 as 'text/html', not as a problem");
    }

    private List<String> judged(int status, String body) {
        Response answer =
                new Response(
                        status,
                        Map.of("content-type", "application/problem+json"),
                        body.getBytes(UTF_8));
        return judge.judge(request(), outcome(List.of(answer), body, false));
    }

    private static HostileRequest request() {
        return HostileRequest.of(
                1,
                HostileFamily.MUTATED,
                "GET /api/budgets HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1),
                true,
                true);
    }

    private static WireOutcome outcome(List<Response> answers, String raw, boolean hung) {
        return new WireOutcome(answers, raw, hung, "", false, 1);
    }
}
