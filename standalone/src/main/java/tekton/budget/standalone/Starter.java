package tekton.budget.standalone;

import tekton.budget.settings.Environment;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Who answers on the port while this is being built ({@code python -m budget}), and lets go of it
 * when asked by somebody who knows the token: this process, whose environment has it.
 */
final class Starter {

    static final String TOKEN = "BUDGET_STARTER_TOKEN";

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMillis(50);

    private Starter() {}

    /** Has the port released, if it is held; whoever else listens there will be found out. */
    static void release(Environment environment, int port) {
        String token = environment.text(TOKEN).orElse("");
        if (!FORM.matcher(token).matches()) {
            return;
        }
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!released(token, port) && System.nanoTime() - deadline < 0) {
            // It has as many callers as it takes; one of them will go.
            LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    /** False when it has not listened. */
    private static boolean released(String token, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                    (int) TIMEOUT.toMillis());
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream()
                    .write(
                            "POST /starter/release HTTP/1.1\r\nHost: localhost\r\nStarter-Token: %s\r\nContent-Length: 0\r\n\r\n"
                                    .formatted(token)
                                    .getBytes(StandardCharsets.US_ASCII));
            // It answers when the port is free.
            return socket.getInputStream().readNBytes(1).length > 0;
        } catch (ConnectException nobodyThere) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
