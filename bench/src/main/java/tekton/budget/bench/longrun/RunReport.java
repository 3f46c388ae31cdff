package tekton.budget.bench.longrun;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The report of all legs, {@code report.md}, and the times that it is made from. */
final class RunReport {

    static final String FILE = "report.md";

    private static final String TIMES = "times.tsv";

    private RunReport() {}

    /** Keeps the times of a fault. */
    static void append(Path directory, FaultTimes times) {
        try {
            Files.writeString(
                    directory.resolve(TIMES),
                    times.toLine() + '\n',
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the times of faults", e);
        }
    }

    /** Writes the report anew. */
    static void write(Path directory, RunState state) throws IOException {
        Path file = directory.resolve(TIMES);
        List<FaultTimes> times =
                Files.exists(file)
                        ? Files.readAllLines(file).stream().map(FaultTimes::ofLine).toList()
                        : List.of();
        Files.writeString(directory.resolve(FILE), text(state, times));
    }

    static String text(RunState state, List<FaultTimes> times) {
        List<String> lines = new ArrayList<>();
        lines.add("# Run of " + state.command());
        lines.add("");
        lines.add("- seed " + state.seed() + ", begun " + state.begun());
        lines.add("- set out for " + words(state.targets()));
        lines.add("- " + state.verdict());
        lines.add("");
        lines.add("## Legs");
        for (JsonNode leg : state.legs()) {
            lines.add("");
            lines.add("### Leg " + leg.path("leg").asInt());
            lines.add("");
            leg.properties().forEach(each -> lines.add(line(each.getKey(), each.getValue())));
        }
        if (times.isEmpty()) {
            return String.join("\n", lines) + '\n';
        }
        lines.add("");
        lines.add("## Faults");
        lines.add("");
        lines.add("| signal | victim | faults | of them alone |");
        lines.add("| --- | --- | --- | --- |");
        grouped(times)
                .forEach(
                        (name, group) ->
                                lines.add(
                                        "| %s | %d | %d |"
                                                .formatted(
                                                        name,
                                                        group.size(),
                                                        group.stream()
                                                                .filter(FaultTimes::alone)
                                                                .count())));
        addTimes(lines, "first decision", times, FaultTimes::decisionMs);
        addTimes(lines, "first accepted write", times, FaultTimes::writeMs);
        addTimes(lines, "all well again", times, FaultTimes::wellMs);
        return String.join("\n", lines) + '\n';
    }

    private static String line(String name, JsonNode value) {
        String text =
                value.isObject()
                        ? value.properties().stream()
                                .map(each -> each.getKey() + ' ' + each.getValue().asString())
                                .collect(Collectors.joining(", "))
                        : value.isArray()
                                ? value.isEmpty() ? "nothing" : value.toString()
                                : value.asString();
        return "- " + name.replace('_', ' ') + ": " + text;
    }

    private static String words(Map<String, Long> numbers) {
        return numbers.entrySet().stream()
                .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static SortedMap<String, List<FaultTimes>> grouped(List<FaultTimes> times) {
        return times.stream()
                .collect(
                        Collectors.groupingBy(
                                each -> each.signal() + " | " + each.victim(),
                                TreeMap::new,
                                Collectors.toList()));
    }

    private static void addTimes(
            List<String> lines,
            String what,
            List<FaultTimes> times,
            ToLongFunction<FaultTimes> timeOf) {
        lines.add("");
        lines.add("## From the signal to " + what + ", in seconds");
        lines.add("");
        lines.add("| signal | victim | measured | min | p50 | p90 | p99 | max |");
        lines.add("| --- | --- | --- | --- | --- | --- | --- | --- |");
        grouped(times)
                .forEach(
                        (name, group) -> {
                            List<Long> values =
                                    group.stream()
                                            .filter(FaultTimes::alone)
                                            .map(timeOf::applyAsLong)
                                            .filter(ms -> ms >= 0)
                                            .toList();
                            if (!values.isEmpty()) {
                                lines.add("| " + name + row(new Distribution(values)));
                            }
                        });
    }

    private static String row(Distribution spread) {
        return " | %d | %.2f | %.2f | %.2f | %.2f | %.2f |"
                .formatted(
                        spread.count(),
                        spread.percentile(0) / 1e3,
                        spread.percentile(50) / 1e3,
                        spread.percentile(90) / 1e3,
                        spread.percentile(99) / 1e3,
                        spread.percentile(100) / 1e3);
    }
}
