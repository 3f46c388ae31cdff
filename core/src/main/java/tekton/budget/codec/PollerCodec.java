package tekton.budget.codec;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests to the price poller and what it says, as JSON: snake_case, times in ISO-8601, prices as
 * {@link PriceCodec} writes them, absent values left out, {@code kind} first. What does not fit is
 * an {@link IllegalArgumentException}.
 */
public final class PollerCodec {

    private static final RecordMapper MAPPER =
            new RecordMapper(
                    List.of(PriceRequest.class, PriceStatus.class),
                    new NamedType[] {
                        new NamedType(PriceRequest.Update.class, "update"),
                        new NamedType(PriceRequest.ReleasePrice.class, "release"),
                        new NamedType(PriceRequest.Reject.class, "reject"),
                        new NamedType(PriceRequest.SetPrice.class, "set_price"),
                        new NamedType(PriceRequest.EndPrice.class, "end_price"),
                        new NamedType(PriceStatus.Quarantined.class, "quarantined"),
                        new NamedType(PriceStatus.Disagreement.class, "disagreement"),
                        new NamedType(PriceStatus.SourceState.class, "source"),
                        new NamedType(PriceStatus.PriceReply.class, "reply")
                    },
                    List.of(),
                    values());

    private PollerCodec() {}

    public static byte[] write(PriceRequest request) {
        return MAPPER.write(request, PriceRequest.class);
    }

    public static PriceRequest readRequest(byte[] bytes) {
        return MAPPER.read(bytes, PriceRequest.class);
    }

    public static byte[] write(PriceStatus status) {
        return MAPPER.write(status, PriceStatus.class);
    }

    public static PriceStatus readStatus(byte[] bytes) {
        return MAPPER.read(bytes, PriceStatus.class);
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("poller");
        WireNames.add(module, PriceFault.FaultCode.class, PriceFault.FaultCode::wireName);
        WireNames.add(
                module, PriceStatus.QuarantineState.class, PriceStatus.QuarantineState::wireName);
        WireNames.add(module, PriceStatus.PriceOutcome.class, PriceStatus.PriceOutcome::wireName);
        WireNames.add(module, PriceStatus.PriceRefusal.class, PriceStatus.PriceRefusal::wireName);
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
}
