package tekton.budget.serde;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteFeature;
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

import java.math.BigDecimal;

/**
 * Requests to the ledger, its events, and what it keeps, as JSON: snake_case, money as exact
 * decimal numbers of dollars, times as epoch milliseconds, absent values left out, {@code kind}
 * first. Only this project writes them, so what does not fit is an {@link
 * IllegalArgumentException}. Off the hot path, so a library maps the records.
 */
public final class LedgerCodec {

    private static final String SCHEMA = "schema";

    private static final int SCHEMA_VERSION = 1;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(ClientJson.FACTORY)
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .changeDefaultPropertyInclusion(
                            all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addMixIn(LedgerRequest.class, ByKind.class)
                    .addMixIn(LedgerEvent.class, ByKind.class)
                    .registerSubtypes(
                            new NamedType(LedgerRequest.CreateBudget.class, "create_budget"),
                            new NamedType(LedgerRequest.UpdateBudget.class, "update_budget"),
                            new NamedType(LedgerRequest.PutPolicy.class, "put_policy"),
                            new NamedType(LedgerRequest.UpdatePolicy.class, "update_policy"),
                            new NamedType(LedgerRequest.Allocate.class, "allocate"),
                            new NamedType(LedgerRequest.Release.class, "release"),
                            new NamedType(LedgerEvent.BudgetDefined.class, "budget_defined"),
                            new NamedType(LedgerEvent.PolicyDefined.class, "policy_defined"),
                            new NamedType(LedgerEvent.AllocationGranted.class, "granted"),
                            new NamedType(LedgerEvent.AllocationReleased.class, "released"),
                            new NamedType(LedgerEvent.RequestRefused.class, "refused"),
                            new NamedType(LedgerEvent.RequestRepeated.class, "repeated"),
                            new NamedType(LedgerEvent.UsageSpent.class, "spent"),
                            new NamedType(LedgerEvent.AllocationEnded.class, "ended"),
                            new NamedType(LedgerEvent.UsageFlagged.class, "flagged"),
                            new NamedType(LedgerEvent.LevelCrossed.class, "level_crossed"))
                    .addModule(values())
                    .build();

    private LedgerCodec() {}

    public static byte[] write(LedgerRequest request) {
        return write(request, LedgerRequest.class);
    }

    public static LedgerRequest readRequest(byte[] bytes) {
        requireSchema(bytes);
        return read(bytes, LedgerRequest.class);
    }

    public static byte[] write(LedgerEvent event) {
        return write(event, LedgerEvent.class);
    }

    public static LedgerEvent readEvent(byte[] bytes) {
        requireSchema(bytes);
        return read(bytes, LedgerEvent.class);
    }

    /** One of the records that the ledger keeps in its store, such as a budget. */
    public static byte[] writeRow(Object row) {
        return MAPPER.writeValueAsBytes(row);
    }

    /** What {@link #writeRow} has written. */
    public static <T> T readRow(byte[] bytes, Class<T> type) {
        return read(bytes, type);
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

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("ledger");
        WireNames.add(module, Tier.class, Tier::wireName);
        WireNames.add(module, Period.class, Period::wireName);
        WireNames.add(module, PolicyType.class, PolicyType::wireName);
        WireNames.add(module, Measure.class, Measure::wireName);
        WireNames.add(module, Level.class, Level::wireName);
        WireNames.add(module, Allocation.State.class, Allocation.State::wireName);
        WireNames.add(module, Refusal.Code.class, Refusal.Code::wireName);
        WireNames.add(
                module,
                LedgerEvent.UsageFlagged.Flag.class,
                LedgerEvent.UsageFlagged.Flag::wireName);
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
}
