package tekton.budget.standalone;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.ops.HealthReport;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The service and its local broker as one thing that starts and stops: the broker first and, when
 * stopping, last. {@link #start} is called once; {@link #close} by any thread, also during a start.
 */
final class Standalone implements AutoCloseable {

    static final Duration BROKER_START_TIMEOUT = Duration.ofSeconds(90);
    private static final long SERVICE_START_TIMEOUT_SECONDS = 15;

    /** Makes the first record, and shows it. */
    private static final String FIRST_COMMAND =
            "./budget record --context chat-1 --component demo --provider openai --model gpt-4o"
                    + " --input-tokens 100 --output-tokens 20";

    /** How often it is looked whether a record would be taken. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Settings settings;
    private final Service service;
    private final PrintStream out;
    private final CountDownLatch closed = new CountDownLatch(1);

    // Guarded by this.
    private boolean closing;
    private @Nullable StartupServer startup;
    private @Nullable DirectoryLock lock;
    private @Nullable LocalBroker broker;
    private @Nullable CompletableFuture<Serving> serving;

    Standalone(Settings settings, Service service, PrintStream out) {
        this.settings = settings;
        this.service = service;
        this.out = out;
    }

    /**
     * Starts everything and returns when the first record will be taken; with a Kafka of others
     * that may be long after HTTP is there. Returns early when it is closed.
     *
     * @throws IOException with one line for the user, if that is impossible
     * @throws tekton.budget.settings.InvalidSettingException likewise, if the data directory is of
     *     a newer version
     * @throws Exception if the service does not start
     */
    void start() throws Exception {
        long begun = System.nanoTime();
        StartupServer startup = answer();
        holdDataDirectory();
        DataDirectory.claim(settings.ingest().dataDirectory());
        if (settings.kafka().isEmpty()) {
            startup.part("broker", HealthReport.STARTING);
        }
        KafkaConnection kafka =
                settings.kafka().isPresent()
                        ? settings.kafka().get()
                        : KafkaConnection.plain(beginBroker().bootstrapServers());
        Serving started = startService(kafka, startup);
        LocalBroker local = broker();
        if (local != null) {
            local.awaitReady(BROKER_START_TIMEOUT);
        }
        while (!started.accepts()) {
            if (awaitClosed(LOOK)) {
                return;
            }
        }
        greet((System.nanoTime() - begun) / 1e9, kafka);
    }

    /** What a person does next. */
    private void greet(double seconds, KafkaConnection kafka) {
        String here = settings.ingest().scheme() + "://" + settings.ingest().advertisedServer();
        out.printf(
                Locale.ROOT,
                """
                Budget %s is ready after %.1f s: %s
                  the page      %s/
                  the API       %s/docs
                  metrics       %s/metrics
                  Kafka on %s, data in %s
                  Try: %s
                """,
                settings.ingest().version(),
                seconds,
                here,
                here,
                here,
                here,
                kafka.bootstrapServers(),
                settings.ingest().dataDirectory(),
                FIRST_COMMAND);
    }

    private StartupServer answer() throws IOException {
        int port = settings.ingest().port();
        if (!Ports.taken(settings.ingest().boundHost(), port)) {
            try {
                StartupServer opened = StartupServer.open(settings, Instant.now());
                synchronized (this) {
                    startup = opened;
                }
                return opened;
            } catch (BindException takenMeanwhile) {
                // Said below.
            }
        }
        throw new IOException(
                "port "
                        + port
                        + " is in use; stop the program that listens there,"
                        + " or set BUDGET_PORT to another port");
    }

    private void holdDataDirectory() throws IOException, InterruptedException {
        DirectoryLock taken = hold(settings);
        synchronized (this) {
            lock = taken;
        }
    }

    /** The right to use the data directory, which no other process has meanwhile. */
    static DirectoryLock hold(Settings settings) throws IOException, InterruptedException {
        try {
            return DirectoryLock.take(
                    settings.ingest().dataDirectory(), "budget.lock", Duration.ZERO);
        } catch (IOException notTaken) {
            throw new IOException("BUDGET_DATA_DIR: " + notTaken.getMessage(), notTaken);
        }
    }

    private LocalBroker beginBroker() throws IOException, InterruptedException {
        LocalBroker local = LocalBroker.of(settings, out);
        synchronized (this) {
            if (closing) {
                throw new IOException("stopped while starting");
            }
            broker = local;
            local.begin();
            return local;
        }
    }

    private Serving startService(KafkaConnection kafka, StartupServer startup) throws Exception {
        CompletableFuture<Serving> starting = new CompletableFuture<>();
        synchronized (this) {
            if (closing) {
                throw new IOException("stopped while starting");
            }
            serving = starting;
        }
        try {
            Serving started = service.start(settings, kafka, startup::close);
            starting.complete(started);
            return started;
        } catch (Exception | Error failed) {
            starting.completeExceptionally(failed);
            throw failed;
        }
    }

    private synchronized @Nullable LocalBroker broker() {
        return broker;
    }

    /** Waits for {@link #close} to be done, and says whether it is. */
    boolean awaitClosed(Duration timeout) throws InterruptedException {
        return closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Stops the service, then the broker it writes to, then lets go of the data directory. */
    @Override
    public void close() {
        StartupServer startupToStop;
        CompletableFuture<Serving> serviceToStop;
        LocalBroker brokerToStop;
        DirectoryLock lockToRelease;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            startupToStop = startup;
            serviceToStop = serving;
            brokerToStop = broker;
            lockToRelease = lock;
        }
        try {
            if (startupToStop != null) {
                startupToStop.close();
            }
            if (serviceToStop != null) {
                stopService(serviceToStop);
            }
            if (brokerToStop != null) {
                brokerToStop.stop();
            }
            if (lockToRelease != null) {
                lockToRelease.close();
            }
        } catch (IOException failed) {
            out.println("While stopping: " + failed);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }

    private void stopService(CompletableFuture<Serving> starting) throws InterruptedException {
        try {
            // A stop during the start lets the start end first, so that there is a whole to close.
            starting.get(SERVICE_START_TIMEOUT_SECONDS, TimeUnit.SECONDS).close();
        } catch (ExecutionException neverStarted) {
            // Nothing to stop; the start has said why.
        } catch (TimeoutException stillStarting) {
            out.println("The service was still starting; the start is abandoned.");
        } catch (InterruptedException impatient) {
            throw impatient;
        } catch (Exception failed) {
            out.println("While stopping the service: " + failed);
        }
    }
}
