package tekton.budget.cli.command;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.OutputFormat;
import tekton.budget.cli.show.CsvText;
import tekton.budget.cli.show.TextTable;

import tools.jackson.core.JacksonException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the one request that a command describes, and shows the answer. */
final class RestAction implements CliAction {

    static final RestAction INSTANCE = new RestAction();

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final String PAGE_MAX = "100";
    private static final int PAGES_MAX = 10_000;

    private RestAction() {}

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        CliCommand command = input.command();
        if (!command.question().isEmpty()) {
            context.confirm(filled(command.question(), input, false));
        }
        if (input.has("--all") && command.paging() != CliCommand.Paging.NONE) {
            return allPages(context, input);
        }
        ApiAnswer answer = ask(context, input);
        show(context, command, answer);
        if (command.paging() != CliCommand.Paging.NONE && context.output() == OutputFormat.TABLE) {
            tellOfMore(context, answer.json());
        }
        return ExitCode.OK;
    }

    /** The answer to the request that the command describes; a failure when it is not 2xx. */
    static ApiAnswer ask(CliContext context, CliInput input) {
        return send(context, input, Map.of());
    }

    private static ApiAnswer send(CliContext context, CliInput input, Map<String, String> more) {
        CliCommand command = input.command();
        Map<String, String> query = new LinkedHashMap<>(query(input));
        query.putAll(more);
        String path = ApiClient.withQuery(filled(command.path(), input, true), query);
        Map<String, String> headers = new LinkedHashMap<>();
        if (!command.method().equals("GET")) {
            // For whoever stands between and repeats: the same act is done once.
            headers.put("Idempotency-Key", UUID.randomUUID().toString());
        }
        byte[] body = command.needsBody() ? ApiClient.bytes(body(input).toString()) : null;
        return context.client().send(command.method(), path, headers, body).orFail();
    }

    private static Map<String, String> query(CliInput input) {
        Map<String, String> query = new LinkedHashMap<>();
        for (CliOption option : input.command().options()) {
            if (option.place() == CliOption.Place.QUERY && input.has(option.name())) {
                query.put(
                        option.field(),
                        option.takesValue() ? input.text(option.name()) : option.fixed());
            }
        }
        if (input.command().paging() != CliCommand.Paging.NONE) {
            query.put("limit", input.has("--limit") ? input.text("--limit") : PAGE_MAX);
            if (input.command().paging() == CliCommand.Paging.PAGES) {
                query.put("page", input.text("--page"));
            } else {
                query.put("cursor", input.text("--cursor"));
            }
        }
        return query;
    }

    /** The body that the options describe. */
    static JsonTree body(CliInput input) {
        Map<String, JsonTree> body = new LinkedHashMap<>();
        input.command()
                .body()
                .forEach((name, value) -> body.put(name, JsonTree.of(filled(value, input, false))));
        input.command().truths().forEach(name -> body.put(name, JsonTree.of(true)));
        input.command()
                .numbers()
                .forEach(
                        (name, value) ->
                                body.put(
                                        name,
                                        JsonTree.of(
                                                CliInput.decimal(
                                                        name, filled(value, input, false)))));
        for (CliOption option : input.command().options()) {
            if (option.place() == CliOption.Place.BODY && input.has(option.name())) {
                body.put(option.field(), value(option, input.text(option.name())));
            }
        }
        return JsonTree.of(body);
    }

    private static JsonTree value(CliOption option, String given) {
        return switch (option.kind()) {
            case TEXT -> JsonTree.of(given);
            case NUMBER -> JsonTree.of(CliInput.decimal(option.name(), given));
            case TRUTH -> JsonTree.of(Boolean.parseBoolean(option.fixed()));
            case TEXTS -> JsonTree.of(Arrays.stream(given.split(",")).map(JsonTree::of).toList());
            case JSON -> {
                try {
                    yield JsonTree.parse(given);
                } catch (JacksonException notJson) {
                    throw CliFailure.usage(option.name() + ": \"" + given + "\" (expected: JSON)");
                }
            }
        };
    }

    /** Puts arguments in their places. A model's name has slashes, which stay. */
    static String filled(String text, CliInput input, boolean path) {
        Matcher place = PLACE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (place.find()) {
            String value = input.argument(Integer.parseInt(place.group(1)));
            place.appendReplacement(
                    out,
                    Matcher.quoteReplacement(
                            path ? ApiClient.escape(value).replace("%2F", "/") : value));
        }
        return place.appendTail(out).toString();
    }

    static void show(CliContext context, CliCommand command, ApiAnswer answer) {
        switch (context.output()) {
            case JSON -> showBody(context, answer);
            case CSV -> context.out().print(CsvText.of(rowsOf(command, answer.json())));
            case TABLE -> context.out().print(table(context, command, answer.json()));
        }
    }

    private static void showBody(CliContext context, ApiAnswer answer) {
        context.out().writeBytes(answer.body());
        if (answer.body().length > 0 && answer.body()[answer.body().length - 1] != '\n') {
            context.out().println();
        }
    }

    private static List<JsonTree> rowsOf(CliCommand command, JsonTree answer) {
        if (!command.isList()) {
            return answer.isNull() ? List.of() : List.of(answer);
        }
        return answer.isArray() ? answer.items() : answer.at("items").items();
    }

    private static String table(CliContext context, CliCommand command, JsonTree answer) {
        if (!command.sentence().isEmpty()) {
            return sentence(command.sentence(), answer) + "\n";
        }
        List<JsonTree> rows = rowsOf(command, answer);
        if (command.isList()) {
            return rows.isEmpty()
                    ? "Nothing.\n"
                    : TextTable.rows(command.columns(), rows, context.zone(), context.width());
        }
        return TextTable.object(command.columns(), answer, context.zone());
    }

    private static String sentence(String text, JsonTree answer) {
        Matcher place = PLACE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(
                    out, Matcher.quoteReplacement(answer.at(place.group(1)).text()));
        }
        return place.appendTail(out).toString();
    }

    private static void tellOfMore(CliContext context, JsonTree answer) {
        int shown = answer.at("items").items().size();
        if (!answer.at("next").isNull()) {
            context.err().println("More follow: --all, or --cursor " + answer.at("next").text());
        } else if (answer.at("total").isNumber()
                && answer.at("total").amount().intValue() > shown
                && !answer.at("page").isNull()) {
            context.err()
                    .println(
                            shown
                                    + " of "
                                    + answer.at("total").text()
                                    + " are shown: --all, or --page 2");
        }
    }

    /** All pages as one table; as JSON the body of each page on a line of its own. */
    private static ExitCode allPages(CliContext context, CliInput input) {
        CliCommand command = input.command();
        List<JsonTree> rows = new ArrayList<>();
        @Nullable String cursor = "";
        for (int page = 1; page <= PAGES_MAX; page++) {
            Map<String, String> more = new LinkedHashMap<>();
            more.put("limit", PAGE_MAX);
            if (command.paging() == CliCommand.Paging.PAGES) {
                more.put("page", String.valueOf(page));
            } else {
                more.put("cursor", cursor);
            }
            ApiAnswer answer = send(context, input, more);
            JsonTree body = answer.json();
            List<JsonTree> found = rowsOf(command, body);
            if (context.output() == OutputFormat.JSON) {
                showBody(context, answer);
            } else {
                rows.addAll(found);
            }
            cursor = body.at("next").text();
            boolean last =
                    command.paging() == CliCommand.Paging.CURSOR
                            ? cursor.isEmpty()
                            : (long) page * 100 >= body.at("total").amount().longValue();
            if (last) {
                break;
            }
        }
        if (context.output() == OutputFormat.CSV) {
            context.out().print(CsvText.of(rows));
        } else if (context.output() == OutputFormat.TABLE) {
            context.out()
                    .print(
                            rows.isEmpty()
                                    ? "Nothing.\n"
                                    : TextTable.rows(
                                            command.columns(),
                                            rows,
                                            context.zone(),
                                            context.width()));
        }
        return ExitCode.OK;
    }
}
