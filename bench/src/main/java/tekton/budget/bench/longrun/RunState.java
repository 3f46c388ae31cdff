package tekton.budget.bench.longrun;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What is kept between two legs, in {@code run.json}. Thread-safe. */
public final class RunState {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FILE = "run.json";

    private final Path file;
    private final ObjectNode root;

    private RunState(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    static RunState open(
            Path directory, String command, @Nullable Long seed, Map<String, Long> targets)
            throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            RunState state =
                    new RunState(file, (ObjectNode) JSON.readTree(Files.readAllBytes(file)));
            if (!state.root.path("command").asString("").equals(command)
                    || (seed != null && seed != state.seed())
                    || !state.targets().equals(new TreeMap<>(targets))) {
                throw new IOException(
                        "%s holds a run of %s with seed %d and %s: name the same, or another"
                                .formatted(
                                        directory,
                                        state.root.path("command").asString(""),
                                        state.seed(),
                                        state.targets()));
            }
            return state;
        }
        ObjectNode root = JSON.createObjectNode();
        root.put("command", command);
        root.put("seed", seed == null ? System.currentTimeMillis() % 1_000_000 : seed);
        root.put("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode wanted = root.putObject("targets");
        new TreeMap<>(targets).forEach(wanted::put);
        root.putObject("reached");
        root.putObject("kept");
        root.putArray("legs");
        RunState state = new RunState(file, root);
        state.save();
        return state;
    }

    /** Of everything that is random. */
    public synchronized long seed() {
        return root.path("seed").asLong();
    }

    synchronized Instant begun() {
        return Instant.parse(root.path("begun").asString());
    }

    synchronized String command() {
        return root.path("command").asString();
    }

    synchronized Map<String, Long> targets() {
        return numbers(root.path("targets"));
    }

    /** How many of something the run sets out for. */
    public synchronized long target(String target) {
        return root.path("targets").path(target).asLong(0);
    }

    /** How many of something it has reached. */
    public synchronized long reached(String target) {
        return root.path("reached").path(target).asLong(0);
    }

    /** So many more have been reached. */
    public synchronized void add(String target, long more) {
        ((ObjectNode) root.path("reached")).put(target, reached(target) + more);
    }

    /** So many have been reached by now. */
    public synchronized void reach(String target, long number) {
        ((ObjectNode) root.path("reached")).put(target, number);
    }

    synchronized boolean isReached() {
        return targets().entrySet().stream()
                .allMatch(target -> reached(target.getKey()) >= target.getValue());
    }

    /** Something that the next leg needs; the default if nothing was kept. */
    public synchronized JsonNode kept(String name, JsonNode otherwise) {
        return root.path("kept").path(name).isMissingNode()
                ? otherwise
                : root.path("kept").path(name);
    }

    /** A text that is made once and then kept. */
    public String keptText(String name, Supplier<String> first) {
        JsonNode found = kept(name, JSON.getNodeFactory().nullNode());
        if (found.isString()) {
            return found.asString();
        }
        String made = first.get();
        keep(name, JSON.getNodeFactory().stringNode(made));
        return made;
    }

    /** Keeps something for the next leg, on disk before it returns. */
    public synchronized void keep(String name, JsonNode value) {
        ((ObjectNode) root.path("kept")).set(name, value);
        try {
            save();
        } catch (IOException e) {
            throw new UncheckedIOException("the state of the run", e);
        }
    }

    /** A leg begins: counted on disk, so that one that is killed leaves its number behind. */
    synchronized void beginLeg() throws IOException {
        root.put("begun_legs", legNumber() + 1);
        save();
    }

    /** Which leg this is, from 1; one that was killed counts. */
    public synchronized int legNumber() {
        return root.path("begun_legs").asInt(0);
    }

    synchronized void endLeg(ObjectNode figures, List<String> wrong) throws IOException {
        figures.set("reached", root.path("reached").deepCopy());
        ArrayNode sentences = figures.putArray("wrong");
        wrong.forEach(sentences::add);
        legs().add(figures);
        save();
    }

    synchronized ArrayNode legs() {
        return (ArrayNode) root.path("legs");
    }

    synchronized boolean hasFailed() {
        return legs().valueStream().anyMatch(leg -> !leg.path("wrong").isEmpty());
    }

    /** One line: FAIL and why, PASS, or how far the run has come. */
    synchronized String verdict() {
        for (JsonNode leg : legs()) {
            JsonNode wrong = leg.path("wrong");
            if (!wrong.isEmpty()) {
                return "FAIL: leg %d: %s"
                        .formatted(leg.path("leg").asInt(), wrong.path(0).asString());
            }
        }
        return isReached()
                ? "PASS"
                : "LEG PASSED: %s of %s; the same command goes on"
                        .formatted(numbers(root.path("reached")), targets());
    }

    private static Map<String, Long> numbers(JsonNode json) {
        Map<String, Long> numbers = new TreeMap<>();
        json.properties().forEach(each -> numbers.put(each.getKey(), each.getValue().asLong()));
        return numbers;
    }

    /** Whole or not at all. */
    private void save() throws IOException {
        Path next = file.resolveSibling(FILE + ".next");
        Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
