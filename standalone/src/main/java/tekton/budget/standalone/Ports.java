package tekton.budget.standalone;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Whether somebody listens already. */
final class Ports {

    private Ports() {}

    /** Whether {@code port} is taken on any address of {@code host}. */
    static boolean taken(String host, int port) throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(host)) {
            try (ServerSocket free = new ServerSocket(port, 1, address)) {
                assert free.isBound();
            } catch (BindException inUse) {
                if (exists(address)) {
                    return true;
                }
            } catch (IOException cannotListenThere) {
                return true;
            }
        }
        return false;
    }

    /** A machine without IPv6 may still resolve a name to an IPv6 address. */
    static boolean exists(InetAddress address) {
        try (ServerSocket any = new ServerSocket(0, 1, address)) {
            return any.isBound();
        } catch (IOException noSuchAddress) {
            return false;
        }
    }
}
