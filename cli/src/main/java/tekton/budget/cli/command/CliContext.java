package tekton.budget.cli.command;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.settings.CliSettings;
import tekton.budget.cli.settings.CliWorld;
import tekton.budget.cli.settings.OutputFormat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** One run of a command: what it was started in, its settings, and Budget. */
final class CliContext {

    private static final int ANSWER_MAX = 1_000;

    private final CliWorld world;
    private final CliSettings settings;
    private final boolean debug;
    private final boolean yes;
    private final boolean utc;
    private @Nullable ApiClient client;

    CliContext(CliWorld world, CliSettings settings, boolean debug, boolean yes, boolean utc) {
        this.world = world;
        this.settings = settings;
        this.debug = debug;
        this.yes = yes;
        this.utc = utc;
    }

    CliWorld world() {
        return world;
    }

    CliSettings settings() {
        return settings;
    }

    PrintStream out() {
        return world.out();
    }

    PrintStream err() {
        return world.err();
    }

    OutputFormat output() {
        return settings.output();
    }

    ZoneId zone() {
        return utc ? ZoneId.of("UTC") : settings.zone();
    }

    ApiClient client() {
        ApiClient made = client;
        if (made == null) {
            made =
                    new ApiClient(
                            settings.url(),
                            settings.key(),
                            settings.caFile(),
                            debug ? world.err() : null);
            client = made;
        }
        return made;
    }

    /** The width of the terminal; 0 where lines have no bound. */
    int width() {
        if (!world.draws()) {
            return 0;
        }
        try {
            return Math.max(40, Integer.parseInt(world.variable("COLUMNS")));
        } catch (NumberFormatException unknown) {
            return 0;
        }
    }

    /** Lets a person say no. Without a terminal and without {@code --yes} it is a no. */
    void confirm(String question) {
        if (yes) {
            return;
        }
        if (!world.asks()) {
            throw CliFailure.usage(
                    question + " Nobody can be asked here (expected: a terminal, or --yes)");
        }
        world.err().print(question + " [y/N] ");
        world.err().flush();
        String answer = line().strip();
        if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
            throw CliFailure.usage("nothing was done");
        }
    }

    /** Byte by byte: what follows belongs to somebody else. */
    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = world.in().read();
                    next >= 0 && next != '\n' && line.size() < ANSWER_MAX;
                    next = world.in().read()) {
                line.write(next);
            }
        } catch (IOException closed) {
            return "";
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
