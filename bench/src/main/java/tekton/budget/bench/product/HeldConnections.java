package tekton.budget.bench.product;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Which connections a process holds, from {@code /proc}. */
final class HeldConnections {

    private static final String ESTABLISHED = "01";
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private HeldConnections() {}

    /**
     * Whether a process is connected to one of these ports of this machine: what can be seen of one
     * that has no port itself.
     *
     * @return false also if there is no such process
     */
    static boolean has(long pid, Collection<Integer> ports) {
        Set<String> endings =
                ports.stream().map(":%04X"::formatted).collect(Collectors.toUnmodifiableSet());
        try {
            Set<String> sockets = sockets(pid);
            for (String table : new String[] {"tcp", "tcp6"}) {
                for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                    String[] parts = line.strip().split("\\s+", -1);
                    if (parts.length > INODE
                            && parts[STATE].equals(ESTABLISHED)
                            && endings.contains(parts[REMOTE].substring(parts[REMOTE].indexOf(':')))
                            && sockets.contains("socket:[" + parts[INODE] + ']')) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)) {
                    addTarget(file, sockets);
                }
            }
        }
        return sockets;
    }

    private static void addTarget(Path file, Set<String> sockets) {
        try {
            sockets.add(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
            // Closed since it was listed.
        }
    }
}
