package tekton.budget.bench.product;

import java.io.IOException;

/** Signals that Java has no word for. Unix only. */
final class Signals {

    private Signals() {}

    /**
     * Sends one to a process.
     *
     * @param name without SIG, such as {@code STOP}
     * @throws IOException if there is no such process
     */
    static void send(String name, long pid) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("/bin/sh", "-c", "kill -" + name + ' ' + pid)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IOException("SIG" + name + " to process " + pid + ": status " + status);
        }
    }
}
