package tekton.budget.adapter.otlp;

import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Requests of OTLP's JSON in protobuf, by the classes that were generated from its definition. */
final class ProtobufEncoder {

    private ProtobufEncoder() {}

    static byte[] encode(JsonNode request) {
        return request.has("resourceLogs")
                ? logs(request).toByteArray()
                : traces(request).toByteArray();
    }

    static ExportTraceServiceRequest traces(JsonNode request) {
        ExportTraceServiceRequest.Builder all = ExportTraceServiceRequest.newBuilder();
        for (JsonNode resource : request.path("resourceSpans")) {
            ResourceSpans.Builder spans =
                    ResourceSpans.newBuilder()
                            .setResource(
                                    Resource.newBuilder()
                                            .addAllAttributes(
                                                    attributes(resource.path("resource"))));
            for (JsonNode scope : resource.path("scopeSpans")) {
                ScopeSpans.Builder of =
                        ScopeSpans.newBuilder()
                                .setScope(
                                        InstrumentationScope.newBuilder()
                                                .setName(
                                                        scope.path("scope")
                                                                .path("name")
                                                                .asString()));
                scope.path("spans").forEach(span -> of.addSpans(span(span)));
                spans.addScopeSpans(of);
            }
            all.addResourceSpans(spans);
        }
        return all.build();
    }

    private static ExportLogsServiceRequest logs(JsonNode request) {
        ExportLogsServiceRequest.Builder all = ExportLogsServiceRequest.newBuilder();
        for (JsonNode resource : request.path("resourceLogs")) {
            ResourceLogs.Builder logs =
                    ResourceLogs.newBuilder()
                            .setResource(
                                    Resource.newBuilder()
                                            .addAllAttributes(
                                                    attributes(resource.path("resource"))));
            for (JsonNode scope : resource.path("scopeLogs")) {
                ScopeLogs.Builder of =
                        ScopeLogs.newBuilder()
                                .setScope(
                                        InstrumentationScope.newBuilder()
                                                .setName(
                                                        scope.path("scope")
                                                                .path("name")
                                                                .asString()));
                scope.path("logRecords").forEach(log -> of.addLogRecords(log(log)));
                logs.addScopeLogs(of);
            }
            all.addResourceLogs(logs);
        }
        return all.build();
    }

    private static Span span(JsonNode span) {
        return Span.newBuilder()
                .setTraceId(id(span, "traceId"))
                .setSpanId(id(span, "spanId"))
                .setParentSpanId(id(span, "parentSpanId"))
                .setTraceState(span.path("traceState").asString(""))
                .setName(span.path("name").asString(""))
                .setKindValue(span.path("kind").asInt(0))
                .setStartTimeUnixNano(nanos(span, "startTimeUnixNano"))
                .setEndTimeUnixNano(nanos(span, "endTimeUnixNano"))
                .addAllAttributes(attributes(span))
                .addEvents(Span.Event.newBuilder().setName("first token"))
                .setFlags(1)
                .build();
    }

    private static LogRecord log(JsonNode log) {
        return LogRecord.newBuilder()
                .setTimeUnixNano(nanos(log, "timeUnixNano"))
                .setObservedTimeUnixNano(nanos(log, "observedTimeUnixNano"))
                .setTraceId(id(log, "traceId"))
                .setSpanId(id(log, "spanId"))
                .setEventName(log.path("eventName").asString(""))
                .setBody(value(log.path("body")))
                .addAllAttributes(attributes(log))
                .setFlags(1)
                .build();
    }

    private static List<KeyValue> attributes(JsonNode of) {
        List<KeyValue> attributes = new ArrayList<>();
        for (JsonNode attribute : of.path("attributes")) {
            attributes.add(
                    KeyValue.newBuilder()
                            .setKey(attribute.path("key").asString())
                            .setValue(value(attribute.path("value")))
                            .build());
        }
        return attributes;
    }

    private static AnyValue value(JsonNode value) {
        AnyValue.Builder any = AnyValue.newBuilder();
        if (value.has("stringValue")) {
            any.setStringValue(value.path("stringValue").asString());
        } else if (value.has("intValue")) {
            any.setIntValue(Long.parseLong(value.path("intValue").asString()));
        } else if (value.has("doubleValue")) {
            any.setDoubleValue(value.path("doubleValue").asDouble());
        } else if (value.has("boolValue")) {
            any.setBoolValue(value.path("boolValue").asBoolean());
        } else if (value.has("arrayValue")) {
            ArrayValue.Builder array = ArrayValue.newBuilder();
            value.path("arrayValue").path("values").forEach(each -> array.addValues(value(each)));
            any.setArrayValue(array);
        }
        return any.build();
    }

    private static ByteString id(JsonNode of, String name) {
        return ByteString.copyFrom(HexFormat.of().parseHex(of.path(name).asString("")));
    }

    private static long nanos(JsonNode of, String name) {
        return Long.parseLong(of.path(name).asString("0"));
    }
}
