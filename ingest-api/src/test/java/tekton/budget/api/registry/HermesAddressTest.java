package tekton.budget.api.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;

class HermesAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8001/api, http://localhost:8001/api",
        "http://localhost:8001/api/, http://localhost:8001/api",
        "http://localhost:8001/api//, http://localhost:8001/api",
        "http://localhost:8001, http://localhost:8001/api",
        "http://localhost:8001/, http://localhost:8001/api",
        "http://hermes, http://hermes/api",
        "https://tekton.example/hermes, https://tekton.example/hermes/api",
        "https://tekton.example/hermes/api, https://tekton.example/hermes/api",
        "http://h/a%20b/, http://h/a%20b/api",
        "http://[::1]:8001/api, http://[::1]:8001/api",
        "http://user:secret@h:1/api?key=secret#part, http://h:1/api",
    })
    void shouldEndInApiAndKeepNoSecret(URI written, String base) {
        HermesAddress address = HermesAddress.of(written);

        assertThat(address).hasToString(base);
        assertThat(address.at("/register")).hasToString(base + "/register");
    }
}
