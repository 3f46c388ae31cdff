package tekton.budget.testbroker;

import org.jspecify.annotations.Nullable;

import tekton.budget.broker.Broker;

import java.io.IOException;
import java.nio.file.Path;

/** In the test JVM. */
final class JvmBroker implements RunningBroker {

    private @Nullable Broker running;

    @Override
    public void start(Path configuration) throws IOException {
        running = Broker.start(configuration);
    }

    @Override
    public void stop() {
        Broker stopping = running;
        running = null;
        if (stopping != null) {
            stopping.close();
        }
    }

    @Override
    public void discard() {
        // The data is in the configuration's directory.
    }
}
