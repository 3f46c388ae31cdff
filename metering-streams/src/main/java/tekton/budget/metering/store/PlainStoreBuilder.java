package tekton.budget.metering.store;

import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

import java.util.Map;
import java.util.function.Function;

/**
 * Builds a store of our own kind, logged with that topic configuration or not logged.
 *
 * @param <S> the store
 */
final class PlainStoreBuilder<S extends StateStore> implements StoreBuilder<S> {

    private final String name;
    private final Function<String, S> build;
    private final boolean logged;
    private final Map<String, String> logConfig;

    private PlainStoreBuilder(
            String name, Function<String, S> build, boolean logged, Map<String, String> logConfig) {
        this.name = name;
        this.build = build;
        this.logged = logged;
        this.logConfig = Map.copyOf(logConfig);
    }

    static <S extends StateStore> PlainStoreBuilder<S> unlogged(
            String name, Function<String, S> build) {
        return new PlainStoreBuilder<>(name, build, false, Map.of());
    }

    static <S extends StateStore> PlainStoreBuilder<S> logged(
            String name, Function<String, S> build, Map<String, String> logConfig) {
        return new PlainStoreBuilder<>(name, build, true, logConfig);
    }

    @Override
    public StoreBuilder<S> withCachingEnabled() {
        throw new UnsupportedOperationException(name + ": gathers writes itself");
    }

    @Override
    public StoreBuilder<S> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
        return new PlainStoreBuilder<>(name, build, true, config);
    }

    @Override
    public StoreBuilder<S> withLoggingDisabled() {
        return new PlainStoreBuilder<>(name, build, false, Map.of());
    }

    @Override
    public S build() {
        return build.apply(name);
    }

    @Override
    public Map<String, String> logConfig() {
        return logConfig;
    }

    @Override
    public boolean loggingEnabled() {
        return logged;
    }

    @Override
    public String name() {
        return name;
    }
}
