package tekton.budget.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Loopback ports nobody listens on. */
public final class FreePorts {

    private FreePorts() {}

    /**
     * Finds distinct free ports. They are free when this returns, not reserved: whoever binds one
     * later must be ready to find it taken.
     *
     * @throws IOException if the system has none left
     */
    public static List<Integer> find(int count) throws IOException {
        List<ServerSocket> open = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                open.add(socket);
                ports.add(socket.getLocalPort());
            }
            return List.copyOf(ports);
        } finally {
            for (ServerSocket socket : open) {
                socket.close();
            }
        }
    }
}
