package tekton.budget.cli;

import tekton.budget.cli.command.CommandRunner;
import tekton.budget.cli.settings.CliWorld;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The main of {@code budget}. */
public final class BudgetCli {

    private static final int BUFFER = 16_384;

    private BudgetCli() {}

    public static void main(String[] arguments) {
        // The launcher has looked which of the three are a terminal: Java takes long to find out.
        String terminals = System.getProperty("budget.terminals", "");
        CliWorld world =
                new CliWorld(
                        System.getenv(),
                        Path.of("").toAbsolutePath(),
                        Path.of(System.getProperty("user.home")),
                        System.in,
                        stream(FileDescriptor.out),
                        stream(FileDescriptor.err),
                        terminals.contains("0") && terminals.contains("2"),
                        terminals.contains("1"));
        System.exit(new CommandRunner(world).run(arguments));
    }

    static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER),
                false,
                StandardCharsets.UTF_8);
    }
}
