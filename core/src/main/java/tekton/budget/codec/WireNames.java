package tekton.budget.codec;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

import java.util.function.Function;

/** Enums under the names that they give themselves on the wire. */
final class WireNames {

    private WireNames() {}

    /** Writes an enum's values by their names, and reads nothing else. */
    static <E extends Enum<E>> void add(
            SimpleModule module, Class<E> type, Function<E, String> wireName) {
        module.addSerializer(
                type,
                new ValueSerializer<E>() {
                    @Override
                    public void serialize(
                            E value, JsonGenerator json, SerializationContext context) {
                        json.writeString(wireName.apply(value));
                    }
                });
        module.addDeserializer(
                type,
                new ValueDeserializer<E>() {
                    @Override
                    public E deserialize(JsonParser json, DeserializationContext context) {
                        String name = json.getString();
                        for (E value : type.getEnumConstants()) {
                            if (wireName.apply(value).equals(name)) {
                                return value;
                            }
                        }
                        throw new IllegalArgumentException(
                                "%s: %s (expected: one of its names)"
                                        .formatted(type.getSimpleName(), name));
                    }
                });
    }
}
