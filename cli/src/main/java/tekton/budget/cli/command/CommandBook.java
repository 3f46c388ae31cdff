package tekton.budget.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All commands, and the help that leads to them. */
final class CommandBook {

    private static final Map<String, List<String>> CHAPTERS = new LinkedHashMap<>();

    static {
        CHAPTERS.put("Look", List.of("status", "usage", "watch", "records", "totals", "reports"));
        CHAPTERS.put("Report and reserve", List.of("record", "allocate", "release", "refusals"));
        CHAPTERS.put("Limit", List.of("limits", "budgets", "policies"));
        CHAPTERS.put("Price", List.of("prices", "recommend"));
        CHAPTERS.put("Hear", List.of("alerts", "channels"));
        CHAPTERS.put("Move", List.of("import", "export"));
        CHAPTERS.put(
                "Operate", List.of("doctor", "system", "dead-letters", "config", "completion"));
        CHAPTERS.put("Tekton's words", List.of("get-usage", "set-limit", "calc-cost"));
    }

    private static final Map<String, String> GROUPS =
            Map.of(
                    "records", "counted records: list, get, story",
                    "totals", "sums by budgets, contexts, components, users",
                    "reports", "reports: usage, summary",
                    "allocate", "reserve tokens: create, check, list, get, release, run",
                    "limits", "limits: list, set",
                    "budgets", "budgets: list, get, summary, create, update, deactivate",
                    "policies", "policies: list, get, create, update, disable",
                    "prices", "prices: list, get, history, set, unset, update, sources, …",
                    "alerts", "alerts: list, get, acknowledge, snooze, resend, deliveries",
                    "channels", "channels: list, create, test, enable, disable, delete");

    static final String GLOBALS =
            """
            Options of every command:
              --url URL           where Budget is (BUDGET_URL; http://localhost:8013)
              --key-file FILE     a file that holds the API key, - for standard input
                                  (BUDGET_API_KEY_FILE; or the key in BUDGET_API_KEY)
              --ca-file FILE      certificates (PEM) to trust for https (BUDGET_CA_FILE)
              --output FORMAT     table, json (the API's body) or csv
              --zone ZONE, --utc  the zone of times in tables
              --watch[=SECONDS]   again and again (2)
              --yes               do not ask
              --debug             show requests as curl, without the key
              --help              of a command: its options, and an example
            """;

    private static final String EXITS =
            """
            Exit codes: 0 done, 1 server or network, 2 usage, 3 not found, 4 key or scope,
              5 refused by a limit, 6 too many requests, 7 conflict, 8 not answered in time,
              130 interrupted
            """;

    private final List<CliCommand> commands =
            Stream.of(
                            UsageWords.commands(),
                            SpendingWords.commands(),
                            PriceWords.commands(),
                            OperatorWords.commands())
                    .flatMap(List::stream)
                    .toList();

    List<CliCommand> commands() {
        return commands;
    }

    /** The commands that begin with that word. */
    List<CliCommand> group(String word) {
        return commands.stream().filter(command -> command.group().equals(word)).toList();
    }

    String help() {
        StringBuilder out =
                new StringBuilder(
                        "Usage: budget COMMAND [OPTIONS]\n"
                                + "Meters the tokens and the money that calls of models spend.\n\n"
                                + "First steps:\n"
                                + "  budget doctor\n"
                                + "  budget record --context try-1 --component me --provider openai"
                                + " --model gpt-4o \\\n"
                                + "      --input-tokens 1200 --output-tokens 90\n"
                                + "  budget usage\n");
        CHAPTERS.forEach(
                (title, words) -> {
                    out.append('\n').append(title).append(":\n");
                    words.forEach(word -> line(out, word, summary(word)));
                });
        return out.append('\n').append(GLOBALS).append('\n').append(EXITS).toString();
    }

    private String summary(String word) {
        String group = GROUPS.get(word);
        return group == null ? group(word).getFirst().summary() : group;
    }

    String help(String group) {
        StringBuilder out = new StringBuilder("Usage: budget " + group + " COMMAND [OPTIONS]\n\n");
        List<CliCommand> found = new ArrayList<>(group(group));
        found.forEach(command -> line(out, command.verb(), command.summary()));
        out.append("\nExamples:\n");
        found.forEach(command -> out.append("  ").append(command.example()).append('\n'));
        return out.append("\n").append(GLOBALS).toString();
    }

    private static void line(StringBuilder out, String word, String summary) {
        out.append("  ").append(word).append(" ".repeat(Math.max(1, 20 - word.length())));
        out.append(summary).append('\n');
    }
}
