package tekton.budget.bench.hostile;

import tekton.budget.bench.hostile.ApiDocument.ApiOperation;
import tekton.budget.bench.hostile.ApiDocument.BodyKind;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests from the API's document, as it wants them and otherwise. Any thread. */
final class ApiRequests {

    private static final List<String> MEDIA_TYPES =
            List.of(
                    "application/json; charset=utf-16",
                    "application/json;charset=\"",
                    "application/x-ndjson",
                    "application/x-protobuf",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                    "text/plain",
                    "*/*",
                    "nonsense",
                    "");

    private static final List<String> HEADERS =
            List.of(
                    "Idempotency-Key",
                    "Budget-Position",
                    "Last-Event-ID",
                    "Accept",
                    "Accept-Encoding",
                    "Expect",
                    "Origin",
                    "Cookie",
                    "Range",
                    "If-None-Match",
                    "X-HTTP-Method-Override",
                    "X-Forwarded-For",
                    "traceparent");

    /** Reports, exports and long lists take one of few turns. */
    private static final List<String> DEAR =
            List.of(
                    "report",
                    "export",
                    "analytics",
                    "/records",
                    "/letters",
                    "summary",
                    "assistant");

    private static final int PLAIN_SHARE = 8;
    private static final int CHEAP_SHARE = 4;

    private final ApiDocument document;
    private final List<ApiOperation> weighted = new ArrayList<>();
    private final List<String> parameters;
    private final String key;

    /**
     * @param key that lets in; nothing else may show it
     */
    ApiRequests(ApiDocument document, String key) {
        this.document = document;
        this.key = key;
        for (ApiOperation each : document.operations()) {
            boolean dear = DEAR.stream().anyMatch(each.path()::contains);
            int share = each.takesUsage() ? PLAIN_SHARE : dear ? 1 : CHEAP_SHARE;
            for (int i = 0; i < share; i++) {
                weighted.add(each);
            }
        }
        parameters =
                document.operations().stream()
                        .flatMap(each -> each.parameters().stream())
                        .filter(each -> each.path("in").asString("").equals("query"))
                        .map(each -> each.path("name").asString())
                        .distinct()
                        .toList();
    }

    /** One that the document allows. */
    HostileRequest valid(Dice dice) {
        ApiOperation operation = dice.pick(weighted);
        SchemaValues values = new SchemaValues(document, dice, Instant.now());
        RequestBytes request =
                RequestBytes.line(operation.method(), target(operation, values, dice))
                        .header("X-API-Key", key);
        if (operation.bodies().isEmpty()) {
            return made(dice, HostileFamily.VALID, request, new byte[0], operation.method(), false);
        }
        BodyKind kind = dice.pick(operation.bodies());
        request.header("Content-Type", kind.mediaType());
        byte[] body = text(kind, good(kind, values, dice)).getBytes(StandardCharsets.UTF_8);
        return made(dice, HostileFamily.VALID, request, body, operation.method(), isAtomic(kind));
    }

    /** One that differs from what the document allows in one or several ways. */
    HostileRequest mutated(Dice dice) {
        ApiOperation operation = dice.pick(weighted);
        SchemaValues values = new SchemaValues(document, dice, Instant.now());
        JsonMutator mutator = new JsonMutator(dice);
        String method =
                dice.chance(94)
                        ? operation.method()
                        : dice.pick(List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"));
        String target =
                dice.chance(60) ? oddTarget(operation, dice) : target(operation, values, dice);
        RequestBytes request = RequestBytes.line(method, target);
        if (dice.chance(95)) {
            request.header(dice.chance(90) ? "X-API-Key" : "x-api-key", key);
        } else {
            request.header("Authorization", dice.pick(List.of("Bearer", "Bearer x", "Basic Og==")));
        }
        if (dice.chance(12)) {
            request.header(dice.pick(HEADERS), headerValue(dice));
        }
        boolean atomic = true;
        byte[] body = new byte[0];
        if (!operation.bodies().isEmpty() && !method.equals("GET")) {
            BodyKind kind = dice.pick(operation.bodies());
            atomic = isAtomic(kind);
            if (dice.chance(10)) {
                request.header("Content-Type", dice.pick(MEDIA_TYPES));
                atomic = false;
            } else {
                request.header("Content-Type", kind.mediaType());
            }
            JsonNode good = good(kind, values, dice);
            body =
                    dice.chance(80) || isLines(kind)
                            ? mutator.mutated(good)
                            : text(kind, good).getBytes(StandardCharsets.UTF_8);
        }
        return made(dice, HostileFamily.MUTATED, request, body, method, atomic);
    }

    private static HostileRequest made(
            Dice dice,
            HostileFamily family,
            RequestBytes request,
            byte[] body,
            String method,
            boolean atomic) {
        byte[] bytes = method.equals("GET") ? request.end() : request.body(body);
        return new HostileRequest(dice.number(), family, List.of(bytes), 0, true, true, atomic);
    }

    private static boolean isLines(BodyKind kind) {
        return kind.mediaType().contains("ndjson") || kind.mediaType().contains("jsonl");
    }

    private static boolean isAtomic(BodyKind kind) {
        return kind.mediaType().equals("application/json");
    }

    private JsonNode good(BodyKind kind, SchemaValues values, Dice dice) {
        if (kind.examples().isEmpty() || dice.chance(50)) {
            JsonNode made = values.value(kind.schema());
            // A schema that says nothing makes a text.
            if (!made.isString() || kind.examples().isEmpty()) {
                return made;
            }
        }
        return own(dice.pick(kind.examples()), dice);
    }

    /** An example under ids of its own, and with no receiver that exists. */
    private static JsonNode own(JsonNode example, Dice dice) {
        if (!example.isContainer()) {
            return example;
        }
        String text =
                example.toString()
                        .replaceAll("https?://[^\"/]+", "https://receiver.invalid")
                        .replaceAll(
                                "\"context_id\":\"[^\"]*\"",
                                "\"context_id\":\"" + SchemaValues.CONTEXT + dice.number() + '"')
                        .replaceAll(
                                "\"record_id\":\"[^\"]*\"",
                                "\"record_id\":\"" + SchemaValues.RECORD + dice.number() + '"');
        return JsonMapper.shared().readTree(text);
    }

    private static String text(BodyKind kind, JsonNode good) {
        if (good.isString()) {
            return good.asString();
        }
        return isLines(kind) && good.isArray()
                ? String.join("\n", good.valueStream().map(JsonNode::toString).toList())
                : good.toString();
    }

    private static String target(ApiOperation operation, SchemaValues values, Dice dice) {
        StringBuilder target = new StringBuilder();
        for (String segment : operation.path().split("/", -1)) {
            if (target.length() > 0 || !segment.isEmpty()) {
                target.append('/').append(segment.startsWith("{") ? id(dice) : segment);
            }
        }
        if (target.length() == 0) {
            target.append('/');
        }
        char separator = '?';
        for (JsonNode each : operation.parameters()) {
            if (each.path("in").asString("").equals("query") && dice.chance(30)) {
                String name = each.path("name").asString();
                // To wait for what never comes is for a few.
                if (name.equals("wait_ms") && !dice.chance(2)) {
                    continue;
                }
                JsonNode schema = each.path("schema");
                String value =
                        schema.path("type").asString("string").equals("string")
                                        && !schema.has("enum")
                                ? values.text(name, schema)
                                : values.value(schema).asString();
                target.append(separator).append(name).append('=').append(encoded(value));
                separator = '&';
            }
        }
        return target.toString();
    }

    private static String id(Dice dice) {
        return dice.pick(
                List.of(
                        "default",
                        "hb-0",
                        "hb-1",
                        "hb-2.p",
                        "contexts",
                        "budgets",
                        "hc-1",
                        "0:17",
                        "openai",
                        "gpt-4o",
                        "record_usage",
                        "none",
                        "h-1"));
    }

    private String oddTarget(ApiOperation operation, Dice dice) {
        StringBuilder target = new StringBuilder();
        for (String segment : operation.path().split("/", -1)) {
            if (target.length() > 0 || !segment.isEmpty()) {
                target.append(
                        dice.chance(97)
                                ? "/"
                                : dice.pick(
                                        List.of(
                                                "//",
                                                "/./",
                                                "/../",
                                                "/%2e%2e/",
                                                "/;x=y/",
                                                "/%2F",
                                                "\\")));
                String spelled = dice.chance(98) ? segment : segment.toUpperCase(Locale.ROOT);
                target.append(
                        segment.startsWith("{")
                                ? dice.chance(50) ? id(dice) : oddEncoded(dice)
                                : spelled);
            }
        }
        if (target.length() == 0) {
            target.append('/');
        }
        if (dice.chance(40)) {
            char separator = '?';
            for (int i = dice.below(4); i >= 0; i--) {
                String name = dice.pick(parameters);
                if (!name.equals("wait_ms")) {
                    target.append(separator)
                            .append(dice.chance(90) ? name : oddEncoded(dice))
                            .append(dice.chance(97) ? "=" : "")
                            .append(
                                    dice.chance(50)
                                            ? oddEncoded(dice)
                                            : encoded(Oddities.number(dice)));
                    separator = '&';
                }
            }
        }
        if (dice.chance(1)) {
            target.append("/x".repeat(5_000));
        }
        return target.toString();
    }

    private static String oddEncoded(Dice dice) {
        return dice.chance(8)
                ? dice.pick(List.of("%", "%zz", "%00", "%c3%28", "%2F", "%u0041", "%C0%AE", "%F8"))
                : encoded(Oddities.text(dice));
    }

    private static String headerValue(Dice dice) {
        return dice.chance(50)
                ? Oddities.text(dice).replaceAll("[\\r\\n\\x00]", " ")
                : dice.pick(
                        List.of("usage-0:1", "usage-99:-1", "100-continue", "*", "bytes=0-,1-"));
    }

    private static String encoded(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.length() <= 4_000 ? encoded : encoded.substring(0, 3_999);
    }
}
