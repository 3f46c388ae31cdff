package tekton.budget.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import tekton.budget.ledger.Metadata;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonAppend;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Maps this project's own records to JSON and back: snake_case, money as exact decimal numbers of
 * dollars, absent values left out. One of several kinds says which it is in {@code kind}, first,
 * and its schema's version beside it. Thread-safe.
 */
final class RecordMapper {

    private static final String SCHEMA = "schema";

    private static final int SCHEMA_VERSION = 1;

    private final JsonMapper mapper;

    /**
     * A mapper of records.
     *
     * @param families the sealed types whose kinds are told apart
     * @param kinds the name of every kind
     * @param alone the types that are read by themselves and carry the schema's version
     * @param values how single values are written
     */
    RecordMapper(
            List<Class<?>> families, NamedType[] kinds, List<Class<?>> alone, SimpleModule values) {
        JsonMapper.Builder builder =
                JsonMapper.builder(ClientJson.FACTORY)
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .changeDefaultPropertyInclusion(
                                all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                        .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .registerSubtypes(kinds)
                        .addModule(amounts())
                        .addModule(values);
        families.forEach(family -> builder.addMixIn(family, ByKind.class));
        alone.forEach(type -> builder.addMixIn(type, WithSchema.class));
        mapper = builder.build();
    }

    /** A record of one of the kinds, or one that is read by itself. */
    byte[] write(Object value, Class<?> family) {
        return mapper.writerFor(family)
                .withAttribute(SCHEMA, SCHEMA_VERSION)
                .writeValueAsBytes(value);
    }

    /**
     * A record of one of the kinds, or one that is read by itself.
     *
     * @throws IllegalArgumentException naming what is wrong, another schema version included
     */
    <T> T read(byte[] bytes, Class<T> family) {
        requireSchema(bytes);
        return readRow(bytes, family);
    }

    /** A record whose kind the reader knows. */
    byte[] writeRow(Object row) {
        return mapper.writeValueAsBytes(row);
    }

    /**
     * A record whose kind the reader knows.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    <T> T readRow(byte[] bytes, Class<T> type) {
        try {
            T value = mapper.readValue(bytes, type);
            if (value == null) {
                throw new IllegalArgumentException(
                        "not a %s: null".formatted(type.getSimpleName()));
            }
            RequiredParts.check(value);
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not a %s: %s".formatted(type.getSimpleName(), whatIsWrong(e)), e);
        }
    }

    /** Dead letters show it: the field, and never a name of this program's classes. */
    private static String whatIsWrong(JacksonException e) {
        if (!(e instanceof DatabindException)) {
            return e.getOriginalMessage();
        }
        String path =
                e.getPath().stream()
                        .map(
                                step ->
                                        step.getPropertyName() == null
                                                ? String.valueOf(step.getIndex())
                                                : step.getPropertyName())
                        .collect(Collectors.joining("."));
        String field =
                path.isEmpty() ? e instanceof InvalidTypeIdException ? "kind" : "value" : path;
        String why =
                e.getCause() instanceof IllegalArgumentException ours ? ours.getMessage() : null;
        return "%s: %s".formatted(field, why == null ? "missing, or not what it may be" : why);
    }

    /** Another version may mean something else by the same names. */
    private static void requireSchema(byte[] bytes) {
        String found = null;
        try (JsonParser json = ClientJson.parser(bytes, 0, bytes.length)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (found == null && json.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean wanted = SCHEMA.equals(json.currentName());
                    json.nextToken();
                    if (wanted) {
                        found = json.getValueAsString();
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(ClientJson.whereAndWhat(e), e);
        }
        if (!String.valueOf(SCHEMA_VERSION).equals(found)) {
            throw new IllegalArgumentException(
                    "schema: %s (expected: %d)".formatted(found, SCHEMA_VERSION));
        }
    }

    private static SimpleModule amounts() {
        SimpleModule module = new SimpleModule("amounts");
        module.addSerializer(
                Money.class,
                new ValueSerializer<Money>() {
                    @Override
                    public void serialize(
                            Money money, JsonGenerator json, SerializationContext context) {
                        json.writeNumber(money.toString());
                    }
                });
        module.addDeserializer(
                Money.class,
                new ValueDeserializer<Money>() {
                    @Override
                    public Money deserialize(JsonParser json, DeserializationContext context) {
                        BigDecimal usd = json.getDecimalValue();
                        return Money.parse(usd.toString());
                    }
                });
        module.addSerializer(
                EpochMinute.class,
                new ValueSerializer<EpochMinute>() {
                    @Override
                    public void serialize(
                            EpochMinute minute, JsonGenerator json, SerializationContext context) {
                        json.writeNumber(minute.value());
                    }
                });
        module.addDeserializer(
                EpochMinute.class,
                new ValueDeserializer<EpochMinute>() {
                    @Override
                    public EpochMinute deserialize(
                            JsonParser json, DeserializationContext context) {
                        return new EpochMinute(json.getLongValue());
                    }
                });
        module.addSerializer(
                Metadata.class,
                new ValueSerializer<Metadata>() {
                    @Override
                    public void serialize(
                            Metadata metadata, JsonGenerator json, SerializationContext context) {
                        json.writeRawValue(metadata.json());
                    }
                });
        module.addDeserializer(
                Metadata.class,
                new ValueDeserializer<Metadata>() {
                    @Override
                    public Metadata deserialize(JsonParser json, DeserializationContext context) {
                        if (json.currentToken() != JsonToken.START_OBJECT) {
                            throw new IllegalArgumentException("metadata: no object");
                        }
                        MetadataCopy copy = new MetadataCopy(json);
                        FieldProblem problem = copy.problem("metadata");
                        if (problem != null) {
                            throw new IllegalArgumentException(problem.message());
                        }
                        return new Metadata(copy.text());
                    }
                });
        return module;
    }

    /** The kind tells which record it is; the schema's version stands beside it. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonAppend(attrs = @JsonAppend.Attr(SCHEMA), prepend = true)
    private interface ByKind {}

    /** The schema's version stands first; what is absent is said to be null. */
    @JsonAppend(attrs = @JsonAppend.Attr(SCHEMA), prepend = true)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private interface WithSchema {}
}
