package tekton.budget.standalone;

import tekton.budget.settings.Environment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Who answers on the port while this is being built ({@code python -m budget}), and lets go of it
 * when asked by somebody who knows the token: this process, whose environment has it.
 */
final class Starter {

    static final String TOKEN = "BUDGET_STARTER_TOKEN";

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Starter() {}

    /** Has the port released, if it is held; whoever else listens there will be found out. */
    static void release(Environment environment, int port) {
        String token = environment.text(TOKEN).orElse("");
        if (!FORM.matcher(token).matches()) {
            return;
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                    (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(
                            "POST /starter/release HTTP/1.1\r\nHost: localhost\r\nStarter-Token: %s\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(token)
                                    .getBytes(StandardCharsets.US_ASCII));
            // It answers when the port is free.
            socket.getInputStream().readNBytes(1);
        } catch (IOException nobodyThere) {
            // Then there is nothing to release.
        }
    }
}
