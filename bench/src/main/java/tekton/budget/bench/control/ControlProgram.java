package tekton.budget.bench.control;

import tekton.budget.bench.product.ChildProcess;
import tekton.budget.bench.product.JavaProcess;

import java.io.IOException;
import java.util.List;

/** Starts a control as a process of its own, with the options of the application's JVM. */
public final class ControlProgram {

    /** What a control prints when it is ready. */
    static final String READY = "The control is ready.";

    private static final List<String> OPTIONS =
            List.of(
                    "-Xmx1g",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private ControlProgram() {}

    /**
     * Starts it and returns when it is ready.
     *
     * @param main its main class, of this JVM's class path
     * @throws IOException if it is not in time; the message holds what it printed last
     */
    public static ChildProcess start(Class<?> main, List<String> arguments)
            throws IOException, InterruptedException {
        return ChildProcess.start(command(main, arguments), READY);
    }

    /** Starts it and returns at once. */
    public static ChildProcess launch(Class<?> main, List<String> arguments) throws IOException {
        return ChildProcess.launch(command(main, arguments), READY);
    }

    private static List<String> command(Class<?> main, List<String> arguments) {
        return JavaProcess.command(
                OPTIONS, System.getProperty("java.class.path"), main.getName(), arguments);
    }

    /** In the control: returns when those that started it are gone. */
    static void awaitAbandoned() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said here; only the end matters.
            }
        } catch (IOException unreadable) {
            // As good as the end.
        }
    }
}
