package tekton.budget.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.settings.CliSettings;
import tekton.budget.cli.settings.CliWorld;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Runs what was typed, and turns every failure into its line and its exit code. */
public final class CommandRunner {

    private static final List<String> SETTINGS =
            List.of("url", "key-file", "ca-file", "output", "zone");
    private static final int WATCH_MAX = 86_400;

    private final CliWorld world;
    private final CommandBook book = new CommandBook();

    public CommandRunner(CliWorld world) {
        this.world = world;
    }

    /** The exit code. */
    public int run(String... arguments) {
        boolean debug = List.of(arguments).contains("--debug");
        try {
            return execute(arguments).number();
        } catch (ProgramEnded ended) {
            return ended.status();
        } catch (CliFailure failed) {
            world.out().flush();
            world.err().println("budget: " + failed.text());
            failed.hints().forEach(hint -> world.err().println("hint: " + hint));
            return failed.code().number();
        } catch (RuntimeException unexpected) {
            world.err().println("budget: this should not happen: " + unexpected);
            if (debug) {
                unexpected.printStackTrace(world.err());
            } else {
                world.err().println("hint: --debug shows where");
            }
            return ExitCode.FAILED.number();
        } finally {
            world.out().flush();
            world.err().flush();
        }
    }

    private ExitCode execute(String[] arguments) {
        // The quickest way to what is asked for most by those who do not know it yet.
        if (arguments.length == 0 || isRootHelp(arguments)) {
            world.out().print(book.help());
            return ExitCode.OK;
        }
        ParseResult root = new WordsParser(book).parse(arguments);
        ParseResult leaf = root;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        if (root.isVersionHelpRequested()) {
            world.out().println("budget " + version());
            return ExitCode.OK;
        }
        CliCommand command = WordsParser.command(leaf);
        if (command == null) {
            return groupHelp(root, leaf);
        }
        if (leaf.isUsageHelpRequested()) {
            leaf.commandSpec().commandLine().usage(world.out(), CommandLine.Help.Ansi.OFF);
            return ExitCode.OK;
        }
        CliInput input = new CliInput(command, leaf);
        checkChoices(command, input);
        CliContext context = context(root);
        String watch = global(root, "--watch");
        if (watch.isEmpty()) {
            return command.action().run(context, input);
        }
        int seconds = input.integer("--watch", 2, 1, WATCH_MAX);
        return Repeating.run(context, seconds, () -> command.action().run(context, input));
    }

    private static boolean isRootHelp(String[] arguments) {
        return arguments.length == 1 && List.of("--help", "-h", "help").contains(arguments[0]);
    }

    private ExitCode groupHelp(ParseResult root, ParseResult leaf) {
        String help = !root.hasSubcommand() ? book.help() : book.help(leaf.commandSpec().name());
        if (leaf.isUsageHelpRequested()) {
            world.out().print(help);
            return ExitCode.OK;
        }
        world.err().print(help);
        return ExitCode.USAGE;
    }

    private static void checkChoices(CliCommand command, CliInput input) {
        for (CliOption option : command.options()) {
            if (!option.choices().isEmpty() && input.has(option.name())) {
                check(option.name(), input.text(option.name()), option.choices());
            }
        }
        for (int i = 0; i < command.arguments().size(); i++) {
            CliArgument argument = command.arguments().get(i);
            if (!argument.choices().isEmpty()) {
                check(argument.label(), input.argument(i), argument.choices());
            }
        }
    }

    private static void check(String name, String value, List<String> choices) {
        if (!choices.contains(value)) {
            throw CliFailure.usage(
                    name + ": \"" + value + "\" (expected: " + String.join(", ", choices) + ")");
        }
    }

    private CliContext context(ParseResult root) {
        Map<String, String> options = new LinkedHashMap<>();
        SETTINGS.forEach(name -> options.put(name, global(root, "--" + name)));
        return new CliContext(
                world,
                new CliSettings(world, options),
                flag(root, "--debug"),
                flag(root, "--yes"),
                flag(root, "--utc"));
    }

    /** A global option may stand before the words or behind them; the last one counts. */
    private static String global(ParseResult root, String name) {
        String found = "";
        for (ParseResult at = root; at != null; at = at.subcommand()) {
            found = at.matchedOptionValue(name, found);
        }
        return found;
    }

    private static boolean flag(ParseResult root, String name) {
        boolean found = false;
        for (ParseResult at = root; at != null; at = at.subcommand()) {
            found |= at.hasMatchedOption(name);
        }
        return found;
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = CommandRunner.class.getResourceAsStream("/budget-cli.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException broken) {
            return "unknown";
        }
        return properties.getProperty("version", "unknown");
    }
}
