package tekton.budget.standalone;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.fair.Carriers;
import tekton.budget.kafka.backup.BackupException;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where {@code run_budget.sh} arrives. Without arguments: the service, in the foreground, until
 * Ctrl-C or SIGTERM. With {@code broker <configuration>}: its child process. With {@code node
 * <directory> <cluster id> <node id> <port>/<controller port>…}: one broker of a cluster on this
 * machine, for as long as its standard input is open. With {@code train <directory>}: caches for
 * quicker starts are made there. With {@code backup save|check|restore <directory>}: that.
 *
 * <p>A start that is impossible ends with status 1 and one line that says why.
 */
public final class Main {

    static final String BROKER = "broker";

    /** However the parts behave, a stop ends. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals(BROKER)) {
            BrokerProcess.run(Path.of(arguments[1]));
        } else if (arguments.length > 0 && arguments[0].equals(Node.MODE)) {
            BrokerProcess.run(Node.of(List.of(arguments)));
        } else if (arguments.length == 2 && arguments[0].equals(Training.MODE)) {
            train(Path.of(arguments[1]));
        } else if (arguments.length > 0 && arguments[0].equals(BackupCommand.MODE)) {
            backUp(List.of(arguments));
        } else if (arguments.length == 0) {
            serve();
        } else {
            fail(
                    "usage: no arguments; the settings are environment variables. "
                            + BackupCommand.USAGE);
        }
    }

    private static void train(Path directory) throws InterruptedException {
        try {
            Training.run(directory);
        } catch (IOException failed) {
            fail(failed.getMessage());
        }
    }

    private static void backUp(List<String> arguments) throws InterruptedException {
        try {
            BackupCommand.run(arguments, new Environment(System.getenv()), System.out);
        } catch (InvalidSettingException | BackupException | IOException impossible) {
            fail(impossible.getMessage());
        }
        // Whatever thread of a library still runs.
        System.exit(0);
    }

    private static void serve() throws InterruptedException {
        Carriers.provide();
        try {
            Environment environment = new Environment(System.getenv());
            Settings settings = Settings.from(environment);
            environment.warnOfUnknown(System.err);
            Starter.release(environment, settings.ingest().port());
            Standalone standalone = new Standalone(settings, service(), System.out);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(standalone)));
            standalone.start();
            while (!standalone.awaitClosed(STOP_TIMEOUT)) {
                // Serving, for as long as nobody asks for an end.
            }
        } catch (InvalidSettingException | IOException impossible) {
            fail(impossible.getMessage());
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception failed) {
            failed.printStackTrace();
            fail("the service did not start: " + failed.getMessage());
        }
    }

    private static Service service() {
        // The shutdown hook stops everything, as after SIGTERM.
        return (settings, kafka, release) ->
                Applications.start(settings, kafka, release, () -> System.exit(0));
    }

    private static void stop(Standalone standalone) {
        Thread.ofPlatform().daemon().name("stop-bound").start(() -> haltUnlessClosed(standalone));
        standalone.close();
    }

    private static void haltUnlessClosed(Standalone standalone) {
        try {
            if (standalone.awaitClosed(STOP_TIMEOUT)) {
                return;
            }
        } catch (InterruptedException impatient) {
            // Nobody interrupts this thread; if somebody did, it would be to end.
        }
        System.err.println("The service did not stop within " + STOP_TIMEOUT.toSeconds() + " s.");
        Runtime.getRuntime().halt(1);
    }

    private static void fail(@Nullable String why) {
        System.err.println(why);
        System.exit(1);
    }
}
