package tekton.budget.bench.product;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of Java programs, with the Java that runs this one. */
public final class JavaProcess {

    private JavaProcess() {}

    /**
     * Before a command: Ctrl-C goes to all processes of a terminal, and some are to end later.
     *
     * @param signals to be deaf to, such as {@code INT HUP}
     */
    static List<String> deafTo(String signals) {
        return List.of("/bin/sh", "-c", "trap '' " + signals + "; exec \"$0\" \"$@\"");
    }

    /**
     * {@code java <options> -cp <classPath> <mainClass> <arguments>}.
     *
     * @param classPath in the form of the platform; may end in {@code /*}
     */
    public static List<String> command(
            List<String> options, String classPath, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
