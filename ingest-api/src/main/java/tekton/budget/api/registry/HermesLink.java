package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.registry.HermesSettings.Penia;
import tekton.budget.api.route.ServiceIdentity;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Keeps this service registered with Hermes while it runs: one thread that calls, sleeps and calls
 * again. Nothing waits for it, and the service serves without it. {@link #start} and {@link #close}
 * are called once each, by one thread; {@link #standing} by any.
 */
public final class HermesLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HermesLink.class);

    /** The name that some of Tekton's tools look for. */
    private static final String PENIA = "penia";

    private final HermesSettings settings;
    private final HermesAddress address;
    private final Pace pace;
    private final InstantSource clock;
    private final ServiceIdentity service;
    private final URI endpoint;
    private final List<String> socketPaths;
    private final ToolAnnouncements tools;
    private final UUID instance = UUID.randomUUID();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("hermes").unstarted(this::keepRegistered);
    private volatile @Nullable HermesCalls calls;

    /**
     * Not started yet.
     *
     * @param service what is registered
     * @param endpoint where it serves, a URL
     * @param socketPaths where its WebSockets are
     * @param tools what Tekton's own Hermes is told of beside
     */
    public HermesLink(
            HermesSettings settings,
            HermesAddress address,
            ServiceIdentity service,
            URI endpoint,
            List<String> socketPaths,
            Supplier<List<HermesTool>> tools,
            InstantSource clock) {
        this(settings, address, service, endpoint, socketPaths, tools, clock, Pace.DEFAULT);
    }

    HermesLink(
            HermesSettings settings,
            HermesAddress address,
            ServiceIdentity service,
            URI endpoint,
            List<String> socketPaths,
            Supplier<List<HermesTool>> tools,
            InstantSource clock,
            Pace pace) {
        this.settings = settings;
        this.address = address;
        this.service = service;
        this.endpoint = endpoint;
        this.socketPaths = socketPaths;
        this.tools = new ToolAnnouncements(tools, endpoint);
        this.clock = clock;
        this.pace = pace;
        if (settings.registers()) {
            add(ServiceIdentity.COMPONENT, settings.name());
            if (settings.penia() == Penia.ALWAYS) {
                add(PENIA, PENIA);
            }
        }
    }

    private void add(String componentId, String name) {
        entries.add(
                new Entry(
                        new Announcement(
                                componentId,
                                name,
                                service.version(),
                                endpoint.toString(),
                                socketPaths,
                                instance),
                        new AnnouncementFile(settings.directory(), componentId),
                        address,
                        pace,
                        clock,
                        now()));
    }

    /** How the service stands with Hermes. */
    public HermesStanding standing() {
        return entries.isEmpty() ? HermesStanding.OFF : entries.getFirst().standing();
    }

    /**
     * Begins in the background, unless registration is off.
     *
     * @param health how the service is doing, one word; heartbeats say it
     */
    public void start(Supplier<String> health) {
        if (!entries.isEmpty()) {
            calls = new HermesCalls(address, health, pace.call());
            thread.start();
        }
    }

    /** Unregisters, within {@link Pace#stop}; what fails in that does not matter. */
    @Override
    public void close() {
        HermesCalls open = calls;
        if (open == null) {
            return;
        }
        long deadline = System.nanoTime() + pace.stop().toNanos();
        thread.interrupt();
        try (open) {
            if (thread.join(pace.stop())) {
                farewell(open).get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException | TimeoutException unheard) {
            LOG.debug("Hermes was not told of the end", unheard);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        entries.forEach(Entry::end);
    }

    private CompletableFuture<Void> farewell(HermesCalls open) {
        List<CompletableFuture<?>> pending = tools.withdraw(open);
        for (Entry entry : entries) {
            Step step = entry.registration().farewell(now());
            if (step != null) {
                pending.add(open.begin(step, entry.announcement()));
            }
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new));
    }

    private void keepRegistered() {
        try {
            while (true) {
                Entry entry =
                        entries.stream()
                                .min(Comparator.comparingLong(it -> it.registration().next().due()))
                                .orElseThrow();
                Step step = entry.registration().next();
                Thread.sleep(Duration.ofMillis(Math.max(0, step.due() - now())));
                HermesOutcome outcome = perform(step, entry);
                boolean isNew = entry.standing().state() != HermesState.REGISTERED;
                entry.on(step, outcome, now());
                if (TektonsHermes.gave(step, outcome)) {
                    if (settings.penia() == Penia.AUTOMATIC && entries.size() == 1) {
                        add(PENIA, PENIA);
                    }
                    if (isNew && entry == entries.getFirst()) {
                        tools.announce(Objects.requireNonNull(calls));
                    }
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        }
    }

    private HermesOutcome perform(Step step, Entry entry) throws InterruptedException {
        HermesCalls open = Objects.requireNonNull(calls);
        try {
            return open.perform(step, entry.announcement());
        } catch (RuntimeException failure) {
            LOG.debug("a call to Hermes failed", failure);
            return HermesOutcome.of(HermesOutcome.CallResult.FAILED, "could not be called");
        }
    }

    /** Of a clock that nobody sets. */
    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
