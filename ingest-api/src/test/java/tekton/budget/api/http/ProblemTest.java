package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.FieldProblem.ProblemKind;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

class ProblemTest {

    /** Codes and statuses are frozen: clients decide by them. */
    @Test
    void shouldKeepTheTable() {
        assertThat(
                        Arrays.stream(ProblemType.values())
                                .map(type -> type.status() + " " + type.code())
                                .collect(Collectors.joining("\n")))
                .isEqualTo(
                        """
                        422 invalid_request
                        400 invalid_value
                        400 bad_request
                        402 insufficient_budget
                        402 price_unknown
                        401 authentication_error
                        403 authorization_error
                        404 resource_not_found
                        404 path_not_found
                        405 method_not_allowed
                        408 request_timeout
                        409 ambiguous_record
                        409 resource_exists
                        409 idempotency_conflict
                        409 budget_inactive
                        409 too_many
                        409 already_decided
                        409 not_releasable
                        409 not_resendable
                        409 price_file_decides
                        413 payload_too_large
                        415 unsupported_media_type
                        426 upgrade_required
                        429 too_many_requests
                        500 internal_error
                        503 service_unavailable
                        504 position_not_reached
                        504 not_decided
                        504 not_answered\
                        """);
    }

    @Test
    void shouldBeAnRfc9457ProblemWithTektonsError() {
        Problem problem = Problem.invalid("query", "limit", "-3\n", "an integer 1 to 100");

        assertThat(new String(problem.toJson(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"type\":\"urn:tekton:budget:problem:invalid_request\",\"title\":\"The"
                                + " request is not of the expected shape or exceeds a"
                                + " bound\",\"status\":422,\"detail\":\"limit: \\\"-3\\\\n"
                                + "\\\" (expected: an integer 1 to 100)\","
                                + "\"code\":\"invalid_request\",\"error\":\"limit: \\\"-3\\\\n"
                                + "\\\" (expected: an integer 1 to 100)\","
                                + "\"errors\":[{\"loc\":[\"query\",\"limit\"],\"msg\":\"limit:"
                                + " \\\"-3\\\\n"
                                + "\\\" (expected: an integer 1 to 100)\",\"type\":\"shape\"}]}");
    }

    @Test
    void shouldCarryFurtherPropertiesAtItsEnd() {
        Problem problem =
                Problem.of(ProblemType.TOO_MANY, "full")
                        .with(new TreeMap<>(Map.of("limit", "0.5", "a", "[]")));

        assertThat(new String(problem.toJson(), StandardCharsets.UTF_8))
                .endsWith("\"error\":\"full\",\"errors\":[],\"a\":[],\"limit\":0.5}");
    }

    @Test
    void shouldBeARuleOnlyWhenNothingWorseIsWrong() {
        FieldProblem rule = new FieldProblem("tier", ProblemKind.RULE, "tier: x");
        FieldProblem bound = new FieldProblem("model", ProblemKind.BOUND, "model: y");

        assertThat(Problem.ofFields(List.of(rule)).type()).isEqualTo(ProblemType.INVALID_VALUE);
        assertThat(Problem.ofFields(List.of(rule, bound)).type())
                .isEqualTo(ProblemType.INVALID_REQUEST);
    }

    @Test
    void shouldBoundWhatItRepeatsAndNeverAdviseToRetryAtOnce() {
        FieldProblem rule = new FieldProblem("tier", ProblemKind.RULE, "tier: x");

        assertThat(Problem.ofFields(Collections.nCopies(1_000, rule)).errors()).hasSize(100);
        assertThat(
                        Problem.retryLater(ProblemType.TOO_MANY_REQUESTS, "", Duration.ofMillis(1))
                                .retryAfterSeconds())
                .isEqualTo(1);
    }
}
