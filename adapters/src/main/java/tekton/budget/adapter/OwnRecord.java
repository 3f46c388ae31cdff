package tekton.budget.adapter;

import tekton.budget.codec.JsonBytes;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A usage record in Budget's own words that came inside a foreign format: its fields stand as they
 * are, also the wrong ones, which the record's own rules refuse. Kept as bytes: a tree of them may
 * take many times as much.
 */
final class OwnRecord {

    /** Half surrogates stay what they are, for the record's rules to find. */
    private static final ObjectWriter WRITER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().writer();

    /** The fields that a record may lack and its surroundings may say. */
    private static final List<String> GAPS =
            List.of(
                    "record_id",
                    "context_id",
                    "component",
                    "task_type",
                    "budget_id",
                    "allocation_id",
                    "timestamp",
                    "user_id");

    /** The fields that an allocation says better than anybody else. */
    private static final Set<String> OF_ALLOCATION = Set.of("context_id", "budget_id");

    private static final Pattern WORD = Pattern.compile("_([a-z])");

    private final byte[] fields;
    private final Set<String> said = new HashSet<>();

    OwnRecord(ObjectNode record) {
        fields = WRITER.writeValueAsBytes(record);
        for (String gap : GAPS) {
            if (isSaid(record, gap) || isSaid(record, camelCase(gap))) {
                said.add(gap);
            }
        }
        if (said.contains("allocation_id")) {
            said.addAll(OF_ALLOCATION);
        }
    }

    /** The record with what it lacks. Of a repeated field the last counts, so that comes last. */
    byte[] with(Map<String, String> gaps) {
        JsonBytes json = new JsonBytes(fields.length + 256);
        if (fields.length > 2) {
            json.raw(Arrays.copyOf(fields, fields.length - 1));
        } else {
            json.open('{');
        }
        for (String gap : GAPS) {
            if (!said.contains(gap)) {
                json.propertyIfPresent(gap, gaps.get(gap));
            }
        }
        return json.close('}').toByteArray();
    }

    /** Null and empty are absent. */
    private static boolean isSaid(ObjectNode record, String name) {
        return record.hasNonNull(name) && !record.path(name).asString("-").isEmpty();
    }

    private static String camelCase(String name) {
        return WORD.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }
}
