package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.foreign.ForeignTopics;
import tekton.budget.api.live.LiveSettings;
import tekton.budget.api.registry.HermesSettings;
import tekton.budget.api.registry.HermesSettings.Penia;
import tekton.budget.api.usage.ForeignSettings;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.settings.ProgramVersion;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;

/**
 * How one instance serves. A value it cannot serve with is refused by an {@link
 * InvalidSettingException}.
 *
 * @param port where HTTP is served; 0, in tests, for a free one, which the web server then knows
 * @param bind {@code loopback} (or {@code localhost}) for 127.0.0.1 and, where there is IPv6, ::1;
 *     else one address
 * @param openBindAllowed true to serve on an address that others reach although there are no keys
 * @param host under which name others reach this instance
 * @param version the version it says it has
 * @param hermesUrl where components announce themselves
 * @param kafka where Kafka is
 * @param dataDirectory holds the stream state
 * @param bytesInFlightMax the most usage bytes sent and not yet acknowledged
 * @param publishTimeout how long usage waits for Kafka's acknowledgement, at least 1 s
 * @param decisionTimeout how long a request waits for the ledger's decision
 * @param defaultPolicies whether new budgets get the default policies
 * @param zone where callers live: of times in queries that have no offset and name no zone
 * @param live how live streams are served
 * @param hermes how this instance announces itself
 * @param shutdownEndpoint whether programs on this machine may end the process over HTTP
 * @param access who may come in
 * @param cluster how it works with other instances
 * @param foreign what fields of foreign formats mean
 * @param topics which topics of other programs are read
 * @param tls what it serves with over TLS; null for plain HTTP
 */
public record IngestSettings(
        int port,
        String bind,
        boolean openBindAllowed,
        String host,
        String version,
        URI hermesUrl,
        KafkaConnection kafka,
        Path dataDirectory,
        int bytesInFlightMax,
        Duration publishTimeout,
        Duration decisionTimeout,
        boolean defaultPolicies,
        ZoneId zone,
        LiveSettings live,
        HermesSettings hermes,
        boolean shutdownEndpoint,
        AccessSettings access,
        ClusterSettings cluster,
        ForeignSettings foreign,
        ForeignTopics topics,
        @Nullable ServerCertificate tls) {

    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DECISION_TIMEOUT = Duration.ofSeconds(5);

    private static final Set<String> LOOPBACK = Set.of("loopback", "localhost");

    public IngestSettings {
        if (port < 0 || port > 65_535) {
            throw new InvalidSettingException("BUDGET_PORT", String.valueOf(port), "0 to 65535");
        }
        if (!LOOPBACK.contains(bind)) {
            checkBind(bind, openBindAllowed || access.required());
        }
    }

    /** A default instance on the loopback addresses. */
    public static IngestSettings local(int port, String bootstrapServers, Path dataDirectory) {
        return new IngestSettings(
                port,
                "loopback",
                false,
                "localhost",
                ProgramVersion.NUMBER,
                URI.create("http://localhost:8001/api"),
                KafkaConnection.plain(bootstrapServers),
                dataDirectory,
                PublisherSettings.BYTES_IN_FLIGHT_DEFAULT,
                PUBLISH_TIMEOUT,
                DECISION_TIMEOUT,
                true,
                ZoneId.systemDefault(),
                LiveSettings.DEFAULT,
                HermesSettings.byDefault(),
                true,
                AccessSettings.OPEN,
                ClusterSettings.ALONE,
                ForeignSettings.DEFAULT,
                ForeignTopics.NONE,
                null);
    }

    /** The settings of the environment; docs/configuration.md lists the variables. */
    public static IngestSettings of(Environment environment) {
        return new IngestSettings(
                environment.port("BUDGET_PORT", 8013),
                environment.text("BUDGET_BIND").orElse("loopback"),
                environment.flag("BUDGET_ALLOW_OPEN_BIND", false),
                environment.host("BUDGET_HOST", "localhost"),
                environment.word("BUDGET_VERSION", ProgramVersion.NUMBER),
                hermesUrl(environment),
                KafkaConnection.of(environment),
                environment.path("BUDGET_DATA_DIR", "./data"),
                environment.integer(
                        "BUDGET_IN_FLIGHT_BYTES",
                        PublisherSettings.BYTES_IN_FLIGHT_DEFAULT,
                        PublisherSettings.BYTES_IN_FLIGHT_MIN,
                        PublisherSettings.BYTES_IN_FLIGHT_MAX),
                Duration.ofMillis(
                        environment.integer(
                                "BUDGET_PUBLISH_TIMEOUT_MS",
                                (int) PUBLISH_TIMEOUT.toMillis(),
                                1_000,
                                30_000)),
                Duration.ofMillis(
                        environment.integer(
                                "BUDGET_DECISION_TIMEOUT_MS",
                                (int) DECISION_TIMEOUT.toMillis(),
                                100,
                                60_000)),
                environment.flag("BUDGET_DEFAULT_POLICIES", true),
                environment.zone("BUDGET_ZONE", ZoneId.systemDefault()),
                live(environment),
                hermes(environment),
                environment.flag("BUDGET_SHUTDOWN_ENDPOINT", true),
                AccessSettings.of(environment),
                ClusterSettings.of(environment),
                ForeignSettings.of(environment),
                ForeignTopics.of(environment),
                ServerCertificate.of(environment).orElse(null));
    }

    /** The same with another Kafka. */
    public IngestSettings withKafka(KafkaConnection other) {
        return new IngestSettings(
                port,
                bind,
                openBindAllowed,
                host,
                version,
                hermesUrl,
                other,
                dataDirectory,
                bytesInFlightMax,
                publishTimeout,
                decisionTimeout,
                defaultPolicies,
                zone,
                live,
                hermes,
                shutdownEndpoint,
                access,
                cluster,
                foreign,
                topics,
                tls);
    }

    /** True when it serves on every loopback address there is. */
    public boolean bindsLoopback() {
        return LOOPBACK.contains(bind);
    }

    /** A name or an address of where it serves. */
    public String boundHost() {
        return bindsLoopback() ? "localhost" : bind;
    }

    /** How its addresses begin. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }

    /** What instances know each other by, and how they speak; null where this one is alone. */
    @Nullable PeerSecret peerSecret() {
        PeerSecret secret = cluster.secret();
        return secret == null || tls == null ? secret : secret.over(tls.forPeers());
    }

    /** Where other instances reach this one. */
    public String advertisedServer() {
        return host + ":" + port;
    }

    /** Most of Tekton names a host and a port instead of a URL. */
    private static URI hermesUrl(Environment environment) {
        String byDefault =
                "http://%s:%d/api"
                        .formatted(
                                environment.word("HERMES_HOST", "localhost"),
                                environment.port("HERMES_PORT", 8001));
        return environment.httpUrl("HERMES_URL", byDefault);
    }

    private static HermesSettings hermes(Environment environment) {
        return new HermesSettings(
                environment.flag("BUDGET_HERMES", true),
                environment.word("BUDGET_HERMES_NAME", HermesSettings.NAME_DEFAULT),
                penia(environment),
                environment.path("BUDGET_HERMES_DIR", HermesSettings.DIRECTORY_DEFAULT));
    }

    private static Penia penia(Environment environment) {
        String name = "BUDGET_HERMES_PENIA";
        if (environment.text(name).isEmpty()) {
            return Penia.AUTOMATIC;
        }
        return environment.flag(name, false) ? Penia.ALWAYS : Penia.NEVER;
    }

    private static LiveSettings live(Environment environment) {
        return new LiveSettings(
                environment.integer(
                        "BUDGET_LIVE_CONNECTIONS",
                        LiveSettings.CONNECTIONS_DEFAULT,
                        1,
                        LiveSettings.CONNECTIONS_MAX),
                Duration.ofSeconds(
                        environment.integer(
                                "BUDGET_LIVE_HEARTBEAT_SECONDS",
                                LiveSettings.HEARTBEAT_SECONDS_DEFAULT,
                                1,
                                LiveSettings.HEARTBEAT_SECONDS_MAX)));
    }

    private static void checkBind(String bind, boolean openBindAllowed) {
        InetAddress address;
        try {
            address = InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new InvalidSettingException(
                    "BUDGET_BIND", bind, "loopback or an address of this machine");
        }
        if (!address.isLoopbackAddress() && !openBindAllowed) {
            throw new InvalidSettingException(
                    "BUDGET_BIND",
                    bind,
                    "a loopback address, as there are no API keys (BUDGET_API_KEYS) to guard"
                            + " others; BUDGET_ALLOW_OPEN_BIND=true serves everyone all the same");
        }
    }
}
