package tekton.budget.api.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import tekton.budget.api.access.Caller;

class ApiCallerTest {

    private static MockHttpServletRequest request(String address, String key) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        request.addHeader("X-API-Key", key);
        return request;
    }

    @Test
    void shouldKnowACallerByItsAddressWhereKeysAreOff() {
        String id = ApiCaller.of(request("192.0.2.1", "made up")).id();

        assertThat(ApiCaller.of(request("192.0.2.1", "another")).id()).isEqualTo(id);
        assertThat(ApiCaller.of(request("192.0.2.2", "made up")).id()).isNotEqualTo(id);
    }

    @Test
    void shouldKnowACallerByTheNameOfItsKey() {
        MockHttpServletRequest request = request("192.0.2.1", "secret");
        request.setAttribute(Caller.class.getName(), new Caller("team", null));

        ApiCaller caller = ApiCaller.of(request);

        assertThat(caller.id()).isEqualTo("key team");
        assertThat(caller.toString()).doesNotContain("secret");
    }
}
