package tekton.budget.cli.command;

import tekton.budget.cli.command.CliOption.Place;
import tekton.budget.cli.command.CliOption.ValueKind;
import tekton.budget.cli.show.CliColumn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command as data: its words, options and help, and the request that it makes. Most commands are
 * nothing else; one with an {@link #runs action} of its own does more. Filled once, then only read.
 */
final class CliCommand {

    /** How a list is paged. */
    enum Paging {
        NONE,
        PAGES,
        CURSOR
    }

    private static final List<String> PERIODS = List.of("hourly", "daily", "weekly", "monthly");

    private final String words;
    private final String summary;
    private String example = "";
    private String method = "GET";
    private String path = "";
    private final List<CliOption> options = new ArrayList<>();
    private final List<CliArgument> arguments = new ArrayList<>();
    private final Map<String, String> body = new LinkedHashMap<>();
    private final Map<String, String> numbers = new LinkedHashMap<>();
    private final List<String> truths = new ArrayList<>();
    private String columns = "";
    private boolean list;
    private boolean needsBody;
    private Paging paging = Paging.NONE;
    private String question = "";
    private String sentence = "";
    private CliAction action = RestAction.INSTANCE;

    CliCommand(String words, String summary) {
        this.words = words;
        this.summary = summary;
    }

    CliCommand example(String line) {
        example = line;
        return this;
    }

    CliCommand get(String requestPath) {
        return request("GET", requestPath);
    }

    CliCommand post(String requestPath) {
        needsBody = true;
        return request("POST", requestPath);
    }

    CliCommand put(String requestPath) {
        needsBody = true;
        return request("PUT", requestPath);
    }

    CliCommand delete(String requestPath) {
        return request("DELETE", requestPath);
    }

    /** A POST without a body. */
    CliCommand act(String requestPath) {
        return request("POST", requestPath);
    }

    /** A path has {@code {0}} for the first argument and so on. */
    private CliCommand request(String requestMethod, String requestPath) {
        method = requestMethod;
        path = requestPath;
        return this;
    }

    CliCommand argument(String label, String help) {
        arguments.add(new CliArgument(label, help, List.of(), 1));
        return this;
    }

    CliCommand maybe(String label, String help) {
        arguments.add(new CliArgument(label, help, List.of(), 0));
        return this;
    }

    CliCommand rest(String label, String help) {
        arguments.add(new CliArgument(label, help, List.of(), CliArgument.ALL_THAT_FOLLOW));
        return this;
    }

    /** An argument that is one of the periods. */
    CliCommand period(String help) {
        arguments.add(new CliArgument("PERIOD", help, PERIODS, 1));
        return this;
    }

    /** Options of the query, {@code --some-name} for {@code some_name}. */
    CliCommand filters(String... names) {
        for (String name : names) {
            query(
                    "--" + name.replace('_', '-'),
                    name,
                    "only those with this " + name.replace('_', ' '));
        }
        return this;
    }

    CliCommand query(String names, String field, String help, String... choices) {
        return add(names, field, Place.QUERY, ValueKind.TEXT, "", help, choices);
    }

    /** An option without a value that sets a parameter of the query. */
    CliCommand flag(String names, String field, String value, String help) {
        return add(names, field, Place.QUERY, ValueKind.TEXT, value, help);
    }

    CliCommand text(String names, String field, String help, String... choices) {
        return add(names, field, Place.BODY, ValueKind.TEXT, "", help, choices);
    }

    CliCommand number(String names, String field, String help) {
        return add(names, field, Place.BODY, ValueKind.NUMBER, "", help);
    }

    CliCommand truth(String names, String field, String value, String help) {
        return add(names, field, Place.BODY, ValueKind.TRUTH, value, help);
    }

    CliCommand texts(String names, String field, String help) {
        return add(names, field, Place.BODY, ValueKind.TEXTS, "", help);
    }

    CliCommand json(String names, String field, String help) {
        return add(names, field, Place.BODY, ValueKind.JSON, "", help);
    }

    /** An option with a value that only the command's action reads. */
    CliCommand option(String names, String help, String... choices) {
        return add(names, "", Place.COMMAND, ValueKind.TEXT, "", help, choices);
    }

    /** An option without a value that only the command's action reads. */
    CliCommand choice(String names, String help) {
        return add(names, "", Place.COMMAND, ValueKind.TEXT, "true", help);
    }

    private CliCommand add(
            String names,
            String field,
            Place place,
            ValueKind kind,
            String fixed,
            String help,
            String... choices) {
        options.add(
                new CliOption(
                        Arrays.asList(names.split(",")),
                        field,
                        place,
                        kind,
                        fixed,
                        help,
                        List.of(choices),
                        false));
        return this;
    }

    /** Says of the option that was added last that it must be there. */
    CliCommand required() {
        CliOption last = options.removeLast();
        options.add(
                new CliOption(
                        last.names(),
                        last.field(),
                        last.place(),
                        last.kind(),
                        last.fixed(),
                        last.help(),
                        last.choices(),
                        true));
        return this;
    }

    /** A text of the body unless an option names another; {@code {0}} is the first argument. */
    CliCommand always(String field, String value) {
        body.put(field, value);
        return this;
    }

    /** A field of the body that is always true. */
    CliCommand alwaysTrue(String field) {
        truths.add(field);
        return this;
    }

    /** As {@link #always}, as a number. */
    CliCommand alwaysNumber(String field, String value) {
        numbers.put(field, value);
        return this;
    }

    /** The answer is a list, as an array or under {@code items}; columns with bars between. */
    CliCommand rows(String shown) {
        columns = shown;
        list = true;
        return this;
    }

    /** The answer is one object. */
    CliCommand object(String shown) {
        columns = shown;
        return this;
    }

    CliCommand paged() {
        paging = Paging.PAGES;
        return this;
    }

    CliCommand byCursor() {
        paging = Paging.CURSOR;
        return this;
    }

    /** Asks first, unless {@code --yes} was given; {@code {0}} is the first argument. */
    CliCommand asks(String what) {
        question = what;
        return this;
    }

    /** For people, instead of a table; {@code {name}} is a field of the answer. */
    CliCommand says(String what) {
        sentence = what;
        return this;
    }

    CliCommand runs(CliAction what) {
        action = what;
        return this;
    }

    String words() {
        return words;
    }

    /** The first word. */
    String group() {
        int blank = words.indexOf(' ');
        return blank < 0 ? words : words.substring(0, blank);
    }

    /** The second word; empty when there is one only. */
    String verb() {
        int blank = words.indexOf(' ');
        return blank < 0 ? "" : words.substring(blank + 1);
    }

    String summary() {
        return summary;
    }

    String example() {
        return example;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    List<CliOption> options() {
        return options;
    }

    List<CliArgument> arguments() {
        return arguments;
    }

    Map<String, String> body() {
        return body;
    }

    Map<String, String> numbers() {
        return numbers;
    }

    List<String> truths() {
        return truths;
    }

    boolean needsBody() {
        return needsBody;
    }

    List<CliColumn> columns() {
        return columnsOf(columns);
    }

    /** Columns with bars between them. */
    static List<CliColumn> columnsOf(String shown) {
        return shown.isEmpty()
                ? List.of()
                : Arrays.stream(shown.split("\\|")).map(CliColumn::of).toList();
    }

    boolean isList() {
        return list;
    }

    Paging paging() {
        return paging;
    }

    String question() {
        return question;
    }

    String sentence() {
        return sentence;
    }

    CliAction action() {
        return action;
    }
}
