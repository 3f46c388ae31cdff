package tekton.budget.testbroker;

import java.io.IOException;
import java.nio.file.Path;

/** A broker that runs on a configuration and keeps its data when it stops. One thread at a time. */
interface RunningBroker {

    /** Starts, again too, and returns when clients can connect. */
    void start(Path configuration) throws IOException;

    /** Stops. */
    void stop();

    /** Lets go of whatever it holds beside the configuration's directory. */
    void discard();
}
