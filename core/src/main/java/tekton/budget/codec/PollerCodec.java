package tekton.budget.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonAppend;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.nio.charset.StandardCharsets;

/**
 * Requests to the price poller and what it says, as JSON: snake_case, times in ISO-8601, prices as
 * {@link PriceCodec} writes them, absent values left out, {@code kind} first. What does not fit is
 * an {@link IllegalArgumentException}.
 */
public final class PollerCodec {

    private static final String SCHEMA = "schema";

    private static final int SCHEMA_VERSION = 1;

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .changeDefaultPropertyInclusion(
                            all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addMixIn(PriceRequest.class, ByKind.class)
                    .addMixIn(PriceStatus.class, ByKind.class)
                    .registerSubtypes(
                            new NamedType(PriceRequest.Update.class, "update"),
                            new NamedType(PriceRequest.Release.class, "release"),
                            new NamedType(PriceRequest.Reject.class, "reject"),
                            new NamedType(PriceRequest.SetPrice.class, "set_price"),
                            new NamedType(PriceRequest.EndPrice.class, "end_price"),
                            new NamedType(PriceStatus.Quarantined.class, "quarantined"),
                            new NamedType(PriceStatus.Disagreement.class, "disagreement"),
                            new NamedType(PriceStatus.SourceState.class, "source"),
                            new NamedType(PriceStatus.Reply.class, "reply"))
                    .addModule(values())
                    .build();

    private PollerCodec() {}

    public static byte[] write(PriceRequest request) {
        return write(request, PriceRequest.class);
    }

    public static PriceRequest readRequest(byte[] bytes) {
        return read(bytes, PriceRequest.class);
    }

    public static byte[] write(PriceStatus status) {
        return write(status, PriceStatus.class);
    }

    public static PriceStatus readStatus(byte[] bytes) {
        return read(bytes, PriceStatus.class);
    }

    private static byte[] write(Object value, Class<?> root) {
        return MAPPER.writerFor(root)
                .withAttribute(SCHEMA, SCHEMA_VERSION)
                .writeValueAsBytes(value);
    }

    private static <T> T read(byte[] bytes, Class<T> type) {
        try {
            T value = MAPPER.readValue(bytes, type);
            if (value == null) {
                throw new IllegalArgumentException(
                        "not a %s: null".formatted(type.getSimpleName()));
            }
            RequiredParts.check(value);
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not a %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
        }
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("poller");
        WireNames.add(module, PriceFault.Code.class, PriceFault.Code::wireName);
        WireNames.add(module, PriceStatus.State.class, PriceStatus.State::wireName);
        WireNames.add(module, PriceStatus.Outcome.class, PriceStatus.Outcome::wireName);
        WireNames.add(module, PriceStatus.Refusal.class, PriceStatus.Refusal::wireName);
        module.addSerializer(
                PricePublished.class,
                new ValueSerializer<PricePublished>() {
                    @Override
                    public void serialize(
                            PricePublished price,
                            JsonGenerator json,
                            SerializationContext context) {
                        json.writeRawValue(
                                new String(PriceCodec.write(price), StandardCharsets.UTF_8));
                    }
                });
        module.addDeserializer(
                PricePublished.class,
                new ValueDeserializer<PricePublished>() {
                    @Override
                    public PricePublished deserialize(
                            JsonParser json, DeserializationContext context) {
                        return PriceCodec.read(
                                context.readTree(json).toString().getBytes(StandardCharsets.UTF_8));
                    }
                });
        return module;
    }

    /** The kind tells which record it is; the schema's version stands beside it. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonAppend(attrs = @JsonAppend.Attr(SCHEMA), prepend = true)
    private interface ByKind {}
}
