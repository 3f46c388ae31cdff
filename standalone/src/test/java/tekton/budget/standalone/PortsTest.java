package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.ServerSocket;

final class PortsTest {

    @Test
    void tellsTakenFromFree() throws Exception {
        int port;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = listener.getLocalPort();
            assertThat(Ports.taken("localhost", port)).isTrue();
        }
        assertThat(Ports.taken("localhost", port)).isFalse();
    }

    @Test
    void seesAListenerOnAllAddresses() throws Exception {
        try (ServerSocket listener = new ServerSocket(0)) {
            assertThat(Ports.taken("127.0.0.1", listener.getLocalPort())).isTrue();
        }
    }
}
