package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.Channel;
import tekton.budget.alert.Channel.ChannelKind;
import tekton.budget.alert.Channel.Route;
import tekton.budget.alert.Channel.Secret;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.BudgetEvent;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a client says of a channel, checked. */
final class ChannelFields {

    private static final String KINDS = "webhook, slack or log";
    private static final String SECRET_PREFIX = "whsec_";
    private static final int SECRET_BYTES_MIN = 24;
    private static final int SECRET_BYTES_MAX = 64;
    private static final int SECRET_LENGTH_MAX = 128;
    private static final int SECRET_BYTES_MADE = 32;
    private static final int URL_LENGTH_MAX = 2_048;

    /** The most texts of each part of a route. */
    private static final int TEXTS_MAX = 100;

    private static final SecureRandom RANDOM = new SecureRandom();

    private ChannelFields() {}

    /** A new channel. A webhook for which no secret is given gets one that is made here. */
    static Channel create(JsonFields fields, String channelId, long nowMs) {
        String name = fields.requiredText("name", UsageBounds.NAME_LENGTH_MAX);
        ChannelKind kind =
                fields.requiredOneOf("kind", ChannelKind::parse, ChannelKind::wireName, KINDS);
        String url = url(fields);
        List<Secret> secrets = secrets(fields);
        Route route = route(fields, Route.ALL);
        if (kind != null && kind != ChannelKind.LOG && url == null && !fields.has("url")) {
            fields.missing("url", "an http or https URL");
        }
        JsonBodies.check(fields);
        if (kind == null) {
            throw new IllegalStateException("kind: checked");
        }
        return new Channel(
                channelId,
                name,
                kind,
                kind == ChannelKind.LOG ? null : url,
                kind == ChannelKind.WEBHOOK && secrets.isEmpty() ? List.of(made()) : secrets,
                route,
                true,
                null,
                nowMs,
                nowMs);
    }

    /** A channel, changed; what is not named stays. */
    static Channel change(JsonFields fields, Channel before, long nowMs) {
        String name = fields.text("name", UsageBounds.NAME_LENGTH_MAX);
        String url = url(fields);
        List<Secret> secrets = secrets(fields);
        Route route = route(fields, before.route());
        Boolean enabled = fields.flag("enabled");
        JsonBodies.check(fields);
        boolean on = enabled == null ? before.enabled() : enabled;
        return new Channel(
                before.channelId(),
                name == null ? before.name() : name,
                before.kind(),
                url == null || before.kind() == ChannelKind.LOG ? before.url() : url,
                secrets.isEmpty() ? before.secrets() : secrets,
                route,
                on,
                on ? null : before.enabled() ? "asked for" : before.disabledReason(),
                before.createdAtMs(),
                before.changedAtMs(nowMs));
    }

    /** A secret as the Standard Webhooks specification writes it. */
    static String shown(Secret secret) {
        return SECRET_PREFIX + secret.base64();
    }

    private static Secret made() {
        byte[] key = new byte[SECRET_BYTES_MADE];
        RANDOM.nextBytes(key);
        return new Secret(Base64.getEncoder().encodeToString(key));
    }

    private static @Nullable String url(JsonFields fields) {
        String text = fields.text("url", URL_LENGTH_MAX);
        if (text == null) {
            return null;
        }
        if (!isHttp(text)) {
            fields.refuse(
                    "url",
                    FieldProblem.ProblemKind.SHAPE,
                    "an http or https URL with a host and without a user");
        }
        return text;
    }

    private static boolean isHttp(String text) {
        try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return http
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getPort() <= 65_535
                    && url.toASCIIString().equals(text);
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }

    /** True when the client gives secrets of its own. */
    static boolean namesSecrets(JsonFields fields) {
        List<String> texts = texts(fields);
        return texts != null && !texts.isEmpty();
    }

    private static @Nullable List<String> texts(JsonFields fields) {
        return fields.secretTexts("secrets", Channel.SECRETS_MAX, SECRET_LENGTH_MAX);
    }

    private static List<Secret> secrets(JsonFields fields) {
        List<Secret> secrets = new ArrayList<>();
        List<String> texts = texts(fields);
        if (texts != null && !texts.stream().allMatch(text -> readSecret(text, secrets))) {
            // What is wrong with a secret is not shown: it is one.
            fields.refuse(
                    "secrets",
                    FieldProblem.ProblemKind.SHAPE,
                    Shown.described("not shown"),
                    "at most %d texts whsec_ and %d to %d bytes in Base64"
                            .formatted(Channel.SECRETS_MAX, SECRET_BYTES_MIN, SECRET_BYTES_MAX));
        }
        return secrets;
    }

    private static boolean readSecret(String text, List<Secret> into) {
        if (!text.startsWith(SECRET_PREFIX)) {
            return false;
        }
        String base64 = text.substring(SECRET_PREFIX.length());
        try {
            int length = Base64.getDecoder().decode(base64).length;
            into.add(new Secret(base64));
            return length >= SECRET_BYTES_MIN && length <= SECRET_BYTES_MAX;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static Route route(JsonFields fields, Route before) {
        return new Route(
                named(
                        fields,
                        "severities",
                        BudgetEvent.Severity::parse,
                        "info, warning or error",
                        before.severities()),
                named(
                        fields,
                        "types",
                        BudgetEvent.Type::parse,
                        "alert types such as cost_limit_exceeded",
                        before.types()),
                texts(fields, "budgets", before.budgets()),
                texts(fields, "owners", before.owners()));
    }

    private static List<String> texts(JsonFields fields, String name, List<String> before) {
        List<String> texts = fields.texts(name, TEXTS_MAX, UsageBounds.NAME_LENGTH_MAX);
        return texts == null ? before : texts;
    }

    private static <T> List<T> named(
            JsonFields fields,
            String name,
            Function<String, Optional<T>> parse,
            String expected,
            List<T> before) {
        List<String> texts = fields.texts(name, TEXTS_MAX, UsageBounds.NAME_LENGTH_MAX);
        if (texts == null) {
            return before;
        }
        List<T> found = new ArrayList<>();
        for (String text : texts) {
            parse.apply(text)
                    .ifPresentOrElse(
                            found::add,
                            () ->
                                    fields.refuse(
                                            name,
                                            FieldProblem.ProblemKind.RULE,
                                            Shown.text(text),
                                            expected));
        }
        return found;
    }
}
