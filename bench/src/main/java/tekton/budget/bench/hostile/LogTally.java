package tekton.budget.bench.hostile;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.hostile.TopicPoison.PoisonPlace;
import tekton.budget.bench.oracle.TopicReader;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must have been counted, from the log and the dead letters alone, without any code of the
 * product: every record of the usage topic is a dead letter, or it counts, or it repeats an earlier
 * one of its id. One thread.
 */
final class LogTally {

    private static final String LETTERS = "budget.dead-letters";
    private static final String CONFLICT = "conflict";
    private static final int SHOWN = 5;
    private static final double TOKENS_MAX = 1e9;

    /** Where a name in snake_case is put together. */
    private static final Pattern WORD = Pattern.compile("_([a-z])");

    /** What nobody reads, such as a number of 2,000 digits among metadata, spoils no record. */
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNumberLength(Integer.MAX_VALUE)
                                                    .maxNameLength(Integer.MAX_VALUE)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .build();

    /** What a hostile request writes into the context and the id of its records. */
    private static final Pattern MARK = Pattern.compile("\"h[cr]-(\\d{1,18})(?=[-\"])");

    private final ContextSums sums = new ContextSums();
    private final Map<PoisonPlace, String> letters = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private final LongPredicate refused;
    private final Set<PoisonPlace> missing;
    private long entries;
    private long repeats;

    /**
     * @param refused whether a request of that number was refused as a whole
     * @param acknowledged places that callers were told of
     */
    LogTally(LongPredicate refused, Set<PoisonPlace> acknowledged) {
        this.refused = refused;
        missing = new HashSet<>(acknowledged);
    }

    /** Reads both topics. */
    void read(String bootstrapServers) throws IOException {
        TopicReader.read(
                bootstrapServers,
                LETTERS,
                letter -> {
                    var topic = letter.headers().lastHeader("budget.topic");
                    var partition = letter.headers().lastHeader("budget.partition");
                    var offset = letter.headers().lastHeader("budget.offset");
                    var reason = letter.headers().lastHeader("budget.reason");
                    if (topic != null && partition != null && offset != null && reason != null) {
                        letter(
                                new PoisonPlace(
                                        text(topic.value()),
                                        Integer.parseInt(text(partition.value())),
                                        Long.parseLong(text(offset.value()))),
                                text(reason.value()));
                    }
                });
        TopicReader.read(
                bootstrapServers,
                TopicPoison.USAGE,
                record ->
                        entry(
                                new PoisonPlace(
                                        TopicPoison.USAGE, record.partition(), record.offset()),
                                record.key(),
                                record.value()));
    }

    /** Takes a dead letter; all of them before the first entry. */
    void letter(PoisonPlace place, String reason) {
        if (letters.put(place, reason) != null) {
            say("dead letter twice: " + place);
        }
    }

    /**
     * Takes an entry of the usage topic, in the order of its partition.
     *
     * @param key names the context of a record that names none
     */
    void entry(PoisonPlace place, byte @Nullable [] key, byte @Nullable [] value) {
        entries++;
        missing.remove(place);
        String text = value == null ? "" : text(value);
        String letter = letters.get(place);
        if (refused.test(request(text))) {
            say("refused, and in the log: " + place + ' ' + shown(text));
        }
        JsonNode json = parsed(text);
        if (letter != null) {
            String context = json == null ? "" : context(json, key);
            boolean byHttp =
                    context.startsWith(SchemaValues.CONTEXT) || context.startsWith(Canary.CONTEXT);
            if (byHttp && !letter.equals(CONFLICT)) {
                say("acknowledged over HTTP, and a dead letter: " + place + ' ' + letter);
            }
            return;
        }
        if (json == null || !json.isObject()) {
            say("neither readable nor a dead letter: " + place + ' ' + shown(text));
            return;
        }
        String context = context(json, key);
        String id = field(json, "record_id").asString("");
        if (context.isEmpty() || id.isEmpty()) {
            say("without an id, and no dead letter: " + place + ' ' + shown(text));
        } else if (ids.add(context + '\n' + id)) {
            count(place, json, context);
        } else {
            repeats++;
        }
    }

    /**
     * The request that wrote it, or -1. Its number is in it twice. Where both differ, the request
     * was spoilt under a compression without a checksum, and the number may be that of another.
     */
    private static long request(String text) {
        long number = -1;
        Matcher mark = MARK.matcher(text);
        while (mark.find()) {
            long found = Long.parseLong(mark.group(1));
            if (number >= 0 && found != number) {
                return -1;
            }
            number = found;
        }
        return number;
    }

    private static String context(JsonNode json, byte @Nullable [] key) {
        String named = field(json, "context_id").asString("");
        return named.isEmpty() && key != null ? text(key) : named;
    }

    private void count(PoisonPlace place, JsonNode json, String context) {
        try {
            long input = tokens(json, "input_tokens");
            if (field(json, "token_style").asString("").equalsIgnoreCase("exclusive")) {
                input += tokens(json, "cached_input_tokens") + tokens(json, "cache_write_tokens");
            }
            sums.add(context, input, tokens(json, "output_tokens"));
        } catch (ArithmeticException e) {
            say("no tokens, and no dead letter: " + place + ' ' + shown(json.toString()));
        }
    }

    /** By its snake_case name, or in camelCase. */
    private static JsonNode field(JsonNode json, String name) {
        JsonNode snake = json.path(name);
        return snake.isMissingNode()
                ? json.path(
                        WORD.matcher(name).replaceAll(of -> of.group(1).toUpperCase(Locale.ROOT)))
                : snake;
    }

    private static long tokens(JsonNode json, String name) {
        JsonNode value = field(json, name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        // No more digits than a double has.
        double number = value.isNumber() ? value.doubleValue() : -1;
        if (!(number >= 0 && number <= TOKENS_MAX) || number != Math.rint(number)) {
            throw new ArithmeticException(name);
        }
        return (long) number;
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    /**
     * Those of these places that are no dead letters, and whatever else is wrong; a few of each.
     */
    List<String> wrong(List<PoisonPlace> unreadable) {
        List<String> all = new ArrayList<>(wrong);
        unreadable.stream()
                .filter(place -> !letters.containsKey(place))
                .limit(SHOWN)
                .forEach(place -> all.add("unreadable, and no dead letter: " + place));
        missing.stream()
                .limit(SHOWN)
                .forEach(place -> all.add("acknowledged, and not in the log: " + place));
        return all;
    }

    private void say(String sentence) {
        if (wrong.size() < SHOWN) {
            wrong.add(sentence);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > 300 ? line.substring(0, 300) : line;
    }

    ContextSums sums() {
        return sums;
    }

    long entries() {
        return entries;
    }

    long repeats() {
        return repeats;
    }

    int letters() {
        return letters.size();
    }
}
