package tekton.budget.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.show.CliColumn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a command sends and shows is what the API's document names: an option under a name of its
 * own would be refused, and a column would stay empty for ever.
 */
class DocumentedFieldsTest {

    private static final JsonTree API = read("../ingest-api/src/main/resources/api/openapi.json");

    static Stream<CliCommand> requesting() {
        return new CommandBook().commands().stream().filter(c -> !c.path().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("requesting")
    void shouldSendOnlyWhatTheDocumentNames(CliCommand command) {
        JsonTree operation = operation(command);
        JsonTree body =
                resolved(operation.at("requestBody"))
                        .at("content")
                        .at("application/json")
                        .at("schema");
        Map<String, JsonTree> fields = properties(body);
        Map<String, JsonTree> parameters = parameters(operation);
        if (command.arguments().stream().anyMatch(argument -> argument.arity() == 0)) {
            parameters.putAll(parameters(operation("GET", command.path() + "/{0}")));
        }

        assertThat(parameters.keySet()).containsAll(namesOfQuery(command));
        assertThat(fields.keySet())
                .containsAll(command.body().keySet())
                .containsAll(command.truths())
                .containsAll(command.numbers().keySet());
        for (CliOption option : command.options()) {
            Map<String, JsonTree> known =
                    switch (option.place()) {
                        case QUERY -> parameters;
                        case BODY -> fields;
                        case COMMAND -> Map.of();
                    };
            if (option.place() == CliOption.Place.COMMAND) {
                continue;
            }
            assertThat(known).as("%s", option.name()).containsKey(option.field());
            List<String> values = values(known.get(option.field()));
            if (!values.isEmpty()) {
                assertThat(values).as("%s", option.name()).containsAll(option.choices());
            }
        }
    }

    static Stream<CliCommand> showing() {
        return requesting().filter(c -> c.action() == RestAction.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("showing")
    void shouldShowOnlyWhatTheDocumentNames(CliCommand command) {
        JsonTree schema = answer(command);
        if (command.isList() && !command.columns().isEmpty()) {
            JsonTree items = properties(schema).getOrDefault("items", schema);
            schema = resolved(items).at("items");
        }
        for (CliColumn column : command.columns()) {
            JsonTree of = schema;
            for (String name : column.path().split("\\.", -1)) {
                Map<String, JsonTree> known = properties(of);
                if (known.isEmpty()) {
                    // Names of its own, such as metadata's.
                    break;
                }
                assertThat(known).as("column %s", column.path()).containsKey(name);
                of = known.get(name);
            }
        }
    }

    private static JsonTree answer(CliCommand command) {
        Map<String, JsonTree> answers = operation(command).at("responses").fields();
        JsonTree good =
                answers.entrySet().stream()
                        .filter(answer -> answer.getKey().startsWith("2"))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseThrow();
        return resolved(good).at("content").at("application/json").at("schema");
    }

    private static JsonTree operation(CliCommand command) {
        return operation(command.method(), command.path());
    }

    /** The operation of the document whose path fits best: one with a name beats one with an id. */
    private static JsonTree operation(String method, String requested) {
        String path = requested.replaceFirst("\\?.*", "").replaceFirst("^/api", "");
        JsonTree best = JsonTree.NULL;
        int most = -1;
        for (Map.Entry<String, JsonTree> one : API.at("paths").fields().entrySet()) {
            int named = named(path, one.getKey());
            JsonTree operation = one.getValue().at(method.toLowerCase(Locale.ROOT));
            if (named > most && operation.isObject()) {
                most = named;
                best = operation;
            }
        }
        assertThat(most).as("%s %s", method, path).isNotNegative();
        return best;
    }

    /** How many segments of both are the same; -1 when one does not fit, {name} takes a slash. */
    private static int named(String path, String template) {
        String[] known = template.split("/", -1);
        String[] asked = path.split("/", template.endsWith("{name}") ? known.length : -1);
        if (known.length != asked.length) {
            return -1;
        }
        int named = 0;
        for (int i = 0; i < known.length; i++) {
            if (known[i].equals(asked[i])) {
                named++;
            } else if (!known[i].startsWith("{")) {
                return -1;
            }
        }
        return named;
    }

    private static Set<String> namesOfQuery(CliCommand command) {
        Set<String> names = new HashSet<>();
        int mark = command.path().indexOf('?');
        if (mark >= 0) {
            for (String pair : command.path().substring(mark + 1).split("&", -1)) {
                names.add(pair.replaceFirst("=.*", ""));
            }
        }
        switch (command.paging()) {
            case NONE -> {}
            case PAGES -> names.addAll(List.of("limit", "page"));
            case CURSOR -> names.addAll(List.of("limit", "cursor"));
        }
        return names;
    }

    private static Map<String, JsonTree> parameters(JsonTree operation) {
        Map<String, JsonTree> found = new HashMap<>();
        for (JsonTree parameter : operation.at("parameters").items()) {
            JsonTree one = resolved(parameter);
            if (one.at("in").text().equals("query")) {
                found.put(one.at("name").text(), one.at("schema"));
            }
        }
        return found;
    }

    private static Map<String, JsonTree> properties(JsonTree schema) {
        JsonTree whole = resolved(schema);
        Map<String, JsonTree> found = new HashMap<>(whole.at("properties").fields());
        for (String parts : List.of("allOf", "anyOf", "oneOf")) {
            whole.at(parts).items().forEach(part -> found.putAll(properties(part)));
        }
        return found;
    }

    /** The values that a schema allows; none for any. */
    private static List<String> values(JsonTree schema) {
        List<String> found = new ArrayList<>();
        resolved(schema).at("enum").items().forEach(value -> found.add(value.text()));
        return found;
    }

    private static JsonTree resolved(JsonTree schema) {
        String to = schema.at("$ref").text();
        if (to.isEmpty()) {
            return schema;
        }
        JsonTree of = API;
        for (String name : to.substring(2).split("/", -1)) {
            of = of.at(name);
        }
        return resolved(of);
    }

    private static JsonTree read(String file) {
        try {
            return JsonTree.parse(Files.readAllBytes(Path.of(file)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
