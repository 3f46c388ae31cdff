package tekton.budget.api.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.provider.ProviderAnswers;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Records of ours that leave the counting to a provider's {@code usage} object. Only a record that
 * would be refused is looked at for one, so nobody else pays for it.
 */
final class UsageObjects {

    private static final String USAGE = "usage";
    private static final String METADATA = "metadata";

    private UsageObjects() {}

    /** The same record with tokens of its own; null if it has no usage object that is known. */
    static byte @Nullable [] spelledOut(byte[] bytes, int offset, int length, long nowMs) {
        try {
            JsonNode record = ForeignJson.read(Arrays.copyOfRange(bytes, offset, offset + length));
            return spelledOut(record, nowMs);
        } catch (ForeignFormatException unreadable) {
            return null;
        }
    }

    /** The same of a record that has been read. */
    static byte @Nullable [] spelledOut(JsonNode record, long nowMs) {
        if (!record.path(USAGE).isObject() || !(record instanceof ObjectNode)) {
            return null;
        }
        ObjectNode own = (ObjectNode) record.deepCopy();
        JsonNode usage = own.remove(USAGE);
        try {
            JsonNode said =
                    ForeignJson.read(
                            ProviderAnswers.ofUsageObject(
                                            usage,
                                            ForeignJson.text(own, "provider"),
                                            ForeignJson.text(own, "model"))
                                    .toRecord(nowMs));
            for (Map.Entry<String, JsonNode> field : said.properties()) {
                if (field.getKey().equals(METADATA) && own.path(METADATA).isObject()) {
                    ObjectNode metadata = (ObjectNode) own.get(METADATA);
                    field.getValue()
                            .properties()
                            .forEach(note -> metadata.putIfAbsent(note.getKey(), note.getValue()));
                } else {
                    own.putIfAbsent(field.getKey(), field.getValue());
                }
            }
        } catch (ForeignFormatException unknown) {
            return null;
        }
        return own.toString().getBytes(StandardCharsets.UTF_8);
    }
}
