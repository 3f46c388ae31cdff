package tekton.budget.cli.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import tekton.budget.cli.call.CliFailure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the words of a command line. The parser is built from data, without annotations, and only
 * for the commands whose words occur in what was typed: building all takes longer than a request.
 */
final class WordsParser {

    /** An option that each command has. */
    private record Global(String names, String label, String arity) {}

    private static final List<Global> GLOBALS =
            List.of(
                    new Global("--url,--api-url", "URL", "1"),
                    new Global("--key-file", "FILE", "1"),
                    new Global("--ca-file", "FILE", "1"),
                    new Global("--output", "FORMAT", "1"),
                    new Global("--zone", "ZONE", "1"),
                    new Global("--watch", "SECONDS", "0..1"),
                    new Global("--utc", "", "0"),
                    new Global("--yes,-y", "", "0"),
                    new Global("--debug", "", "0"));

    static final String WATCH_DEFAULT = "2";
    private static final int WIDTH = 100;

    private final CommandBook book;

    WordsParser(CommandBook book) {
        this.book = book;
    }

    /** The whole tree, for completion. */
    CommandLine whole() {
        return root(Set.of());
    }

    /**
     * Parses what was typed.
     *
     * @throws CliFailure when it is no command line of ours
     */
    ParseResult parse(String[] arguments) {
        Set<String> words = new HashSet<>(Arrays.asList(arguments));
        boolean known =
                book.commands().stream().anyMatch(command -> words.contains(command.group()));
        CommandLine root = root(known ? words : Set.of());
        try {
            return root.parseArgs(arguments);
        } catch (ParameterException wrong) {
            throw failure(wrong);
        }
    }

    private static CliFailure failure(ParameterException wrong) {
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName(" ");
        List<String> hints = new ArrayList<>();
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                hints.add("did you mean " + String.join(" or ", near) + "?");
            }
        }
        hints.add(name + " --help");
        String message = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        return new CliFailure(tekton.budget.cli.call.ExitCode.USAGE, message, wrong, hints);
    }

    /** With the commands whose words are named; with all when none are. */
    private CommandLine root(Set<String> words) {
        CommandSpec root = spec("budget", null);
        for (CliCommand command : book.commands()) {
            if (!words.isEmpty() && !words.contains(command.group())) {
                continue;
            }
            if (command.verb().isEmpty()) {
                root.addSubcommand(command.group(), leaf(command));
                continue;
            }
            CommandLine group = root.subcommands().get(command.group());
            if (group == null) {
                root.addSubcommand(command.group(), spec(command.group(), null));
                group = root.subcommands().get(command.group());
            }
            boolean anyVerb =
                    book.group(command.group()).stream().anyMatch(c -> words.contains(c.verb()));
            if (group != null && (!anyVerb || words.contains(command.verb()))) {
                group.getCommandSpec().addSubcommand(command.verb(), leaf(command));
            }
        }
        CommandLine line = new CommandLine(root);
        return line;
    }

    private static CommandSpec spec(String name, @Nullable CliCommand command) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
        for (Global global : GLOBALS) {
            boolean flag = global.arity().equals("0");
            OptionSpec.Builder option =
                    OptionSpec.builder(global.names().split(","))
                            .type(flag ? boolean.class : String.class)
                            .arity(global.arity())
                            .hidden(true);
            if (!flag) {
                option.paramLabel(global.label());
            }
            if (global.arity().equals("0..1")) {
                option.fallbackValue(WATCH_DEFAULT);
            }
            spec.addOption(option.build());
        }
        spec.addOption(OptionSpec.builder("--help", "-h").usageHelp(true).hidden(true).build());
        if (name.equals("budget")) {
            spec.addOption(OptionSpec.builder("--version").versionHelp(true).hidden(true).build());
        }
        return spec;
    }

    private static CommandSpec leaf(CliCommand command) {
        CommandSpec spec =
                spec(command.verb().isEmpty() ? command.group() : command.verb(), command);
        spec.usageMessage().width(WIDTH).description(sentence(command.summary()));
        spec.usageMessage()
                .footer(
                        "",
                        "Example:",
                        "  " + command.example().replace("%", "%%"),
                        "",
                        "Options of every command: budget --help");
        for (CliOption option : command.options()) {
            spec.addOption(option(option));
        }
        if (command.paging() != CliCommand.Paging.NONE) {
            spec.addOption(value("--limit", "N", "how many at a time, 1 to 100 (100)"));
            spec.addOption(
                    command.paging() == CliCommand.Paging.PAGES
                            ? value("--page", "N", "which page, from 1")
                            : value("--cursor", "TEXT", "of the page before"));
            spec.addOption(
                    OptionSpec.builder("--all")
                            .type(boolean.class)
                            .description("all pages")
                            .build());
        }
        int index = 0;
        for (CliArgument argument : command.arguments()) {
            boolean rest = argument.arity() == CliArgument.ALL_THAT_FOLLOW;
            spec.addPositional(
                    PositionalParamSpec.builder()
                            .index(rest ? index + "..*" : String.valueOf(index))
                            .arity(rest ? "1..*" : argument.arity() == 0 ? "0..1" : "1")
                            .type(rest ? List.class : String.class)
                            .auxiliaryTypes(String.class)
                            .paramLabel(argument.label())
                            .description(help(argument.help(), argument.choices()))
                            .completionCandidates(argument.choices())
                            .build());
            index++;
        }
        return spec;
    }

    private static OptionSpec value(String name, String label, String help) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(help)
                .build();
    }

    private static OptionSpec option(CliOption option) {
        boolean many = option.field().isEmpty() && ImportAction.REPEATED.contains(option.name());
        OptionSpec.Builder builder =
                OptionSpec.builder(option.names().toArray(String[]::new))
                        .description(help(option.help(), option.choices()))
                        .required(option.required());
        if (option.takesValue()) {
            builder.type(many ? List.class : String.class)
                    .auxiliaryTypes(String.class)
                    .arity("1")
                    .paramLabel(label(option));
            if (!option.choices().isEmpty()) {
                builder.completionCandidates(option.choices());
            }
        } else {
            builder.type(boolean.class).arity("0");
        }
        return builder.build();
    }

    private static String label(CliOption option) {
        return switch (option.kind()) {
            case NUMBER -> "N";
            case JSON -> "JSON";
            case TEXTS -> "A,B";
            case TEXT, TRUTH -> "TEXT";
        };
    }

    private static String help(String help, List<String> choices) {
        String text = choices.isEmpty() ? help : help + ": " + String.join(", ", choices);
        return text.replace("%", "%%");
    }

    private static String sentence(String summary) {
        return (Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".")
                .replace("%", "%%");
    }

    /** The command that was asked for; null when only a group was named. */
    static @Nullable CliCommand command(ParseResult parsed) {
        return parsed.commandSpec().userObject() instanceof CliCommand command ? command : null;
    }
}
