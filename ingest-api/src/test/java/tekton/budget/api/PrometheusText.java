package tekton.budget.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scrape, read strictly: whatever is not as the format has it is an error that shows the line.
 */
final class PrometheusText {

    private static final Pattern COMMENT =
            Pattern.compile("# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

    private static final Map<String, List<String>> SUFFIXES =
            Map.of(
                    "counter", List.of("", "_total", "_created"),
                    "gauge", List.of(""),
                    "info", List.of("", "_info"),
                    "histogram", List.of("_bucket", "_count", "_sum", "_created"),
                    "summary", List.of("", "_count", "_sum", "_created"));

    final Map<String, String> types = new HashMap<>();
    final Map<String, String> helps = new HashMap<>();
    final List<Sample> samples = new ArrayList<>();
    private String family = "";

    /** A line of figures. */
    record Sample(String name, SortedMap<String, String> labels, double value) {}

    PrometheusText(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("no end of line at the end");
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("# EOF") && i == lines.size() - 1) {
                return;
            }
            read(line);
        }
    }

    /** The value of a sample; its labels must be those, names and values in turn. */
    double value(String name, String... labels) {
        SortedMap<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + wanted))
                .value();
    }

    /** All values of a name together. */
    double sum(String name) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .mapToDouble(Sample::value)
                .sum();
    }

    private void read(String line) {
        Matcher comment = COMMENT.matcher(line);
        if (comment.matches()) {
            family = comment.group(2);
            switch (comment.group(1)) {
                case "HELP" -> once(helps, comment.group(3), line);
                case "TYPE" -> once(types, comment.group(3), line);
                default -> {}
            }
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches() || !ofFamily(sample.group(1))) {
            throw new AssertionError("not a sample of " + family + ": " + line);
        }
        samples.add(
                new Sample(
                        sample.group(1), labels(sample.group(2), line), number(sample.group(3))));
    }

    private void once(Map<String, String> known, String text, String line) {
        if (known.put(family, text) != null) {
            throw new AssertionError("twice: " + line);
        }
    }

    private boolean ofFamily(String name) {
        return SUFFIXES.getOrDefault(types.get(family), List.of()).stream()
                .anyMatch(suffix -> name.equals(family + suffix));
    }

    private static SortedMap<String, String> labels(String text, String line) {
        SortedMap<String, String> labels = new TreeMap<>();
        if (text == null) {
            return labels;
        }
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (end < text.length() && label.find(end) && label.start() == end) {
            if (labels.put(label.group(1), label.group(2)) != null) {
                throw new AssertionError("label twice: " + line);
            }
            end = label.end();
        }
        if (end < text.length()) {
            throw new AssertionError("labels: " + line);
        }
        return labels;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
