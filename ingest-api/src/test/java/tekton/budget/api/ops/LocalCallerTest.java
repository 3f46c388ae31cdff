package tekton.budget.api.ops;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import tekton.budget.api.http.ProblemException;

class LocalCallerTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "0:0:0:0:0:0:0:1", "::1", "::ffff:127.0.0.1"})
    void shouldTakeThisMachinesPrograms(String address) {
        request.setRemoteAddr(address);

        assertThatCode(() -> LocalCaller.check(request)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.1", "10.0.0.1", "fe80::1", "::ffff:192.0.2.1", "localhost", ""})
    void shouldRefuseOthers(String address) {
        request.setRemoteAddr(address);

        assertThatThrownBy(() -> LocalCaller.check(request)).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Origin", "Sec-Fetch-Site", "Forwarded", "X-Forwarded-For", "x-real-ip"})
    void shouldRefusePagesAndProxies(String header) {
        request.addHeader(header, "http://localhost:8080");

        assertThatThrownBy(() -> LocalCaller.check(request)).isInstanceOf(ProblemException.class);
    }
}
