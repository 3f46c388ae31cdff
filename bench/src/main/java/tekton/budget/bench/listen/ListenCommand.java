package tekton.budget.bench.listen;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.http.Response;
import tekton.budget.bench.load.LoopOptions;
import tekton.budget.bench.product.Memory;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;
import tekton.budget.bench.product.TargetOptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code bench listen}. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "What live connections cost that have nothing to hear: processor time and memory of"
                        + " the application with none, with WebSockets, and with event streams; and"
                        + " how long it takes until all WebSockets have heard of one allocation.")
public final class ListenCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(15);
    private static final int TOLD_TIMES = 20;

    @Mixin TargetOptions options = new TargetOptions();
    @Mixin LoopOptions time = new LoopOptions(60, 60);

    @Option(
            names = "--connections",
            description = "Of each kind, one kind after the other; default ${DEFAULT-VALUE}.")
    int connections = 1_000;

    @Override
    public Integer call() throws Exception {
        try (Target target = Target.open(options)) {
            System.out.printf(
                    Locale.ROOT,
                    "settings    %d connections of each kind, idle for %s s each after %s s of"
                            + " warm-up%n",
                    connections,
                    time.seconds(),
                    time.warmUpSeconds());
            TimeUnit.MILLISECONDS.sleep((long) (time.warmUpSeconds() * 1e3));
            // The first ones load classes and compile; that is not theirs to pay.
            Listeners.sockets(target.address(), "/ws/budget/allocations", connections).close();
            Listeners.streams(target.address(), "/events", connections / 50).close();
            long before = idle(target, "nobody", 0);
            boolean right;
            try (Listeners sockets =
                    Listeners.sockets(target.address(), "/ws/budget/allocations", connections)) {
                idle(target, "WebSockets", before);
                right = alive(sockets);
                tell(target, sockets);
            }
            before = idle(target, "nobody", 0);
            try (Listeners streams = Listeners.streams(target.address(), "/events", connections)) {
                idle(target, "streams", before);
                right &= alive(streams);
            }
            return right ? 0 : 1;
        }
    }

    /** Measures while nothing is said; live bytes at the end. */
    private long idle(Target target, String who, long before)
            throws IOException, InterruptedException {
        Cpu begun = target.cpu();
        TimeUnit.MILLISECONDS.sleep((long) (time.seconds() * 1e3));
        Cpu ended = target.cpu();
        Memory memory = Memory.of(target.product().pid());
        System.out.printf(
                Locale.ROOT,
                "%-11s application %.1f %% of a processor; live %,.1f MB, resident %,.1f MB%s%n",
                who,
                100 * (ended.application() - begun.application()) / time.seconds(),
                memory.liveBytes() / 1e6,
                memory.residentBytes() / 1e6,
                before == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %,.1f kB live for each connection",
                                (memory.liveBytes() - before) / 1e3 / connections));
        return memory.liveBytes();
    }

    private boolean alive(Listeners listeners) {
        System.out.printf(
                Locale.ROOT,
                "alive       %,d signs of life for %,d connections, %d ended%n",
                listeners.signs(),
                connections,
                listeners.ended());
        return listeners.signs() >= connections && listeners.ended() == 0;
    }

    /** Grants one allocation after the other, each told to everybody. */
    private void tell(Target target, Listeners sockets) throws IOException, InterruptedException {
        double[] answered = new double[TOLD_TIMES];
        double[] told = new double[TOLD_TIMES];
        try (HttpConnection http = new HttpConnection(target.address(), ANSWER)) {
            for (int i = 0; i < TOLD_TIMES; i++) {
                long begun = System.nanoTime();
                Response response = http.post("/api/allocations", "application/json", body(i));
                if (response.status() != 201) {
                    throw new IOException("allocation: " + response.status());
                }
                answered[i] = (System.nanoTime() - begun) / 1e6;
                sockets.awaitHeard((i + 1L) * connections);
                told[i] = (System.nanoTime() - begun) / 1e6;
            }
        }
        Arrays.sort(answered);
        Arrays.sort(told);
        System.out.printf(
                Locale.ROOT,
                "told        allocation answered after %.0f ms, told to all %,d after %.0f ms"
                        + " (medians of %d; at most %.0f ms)%n",
                answered[TOLD_TIMES / 2],
                connections,
                told[TOLD_TIMES / 2],
                TOLD_TIMES,
                told[TOLD_TIMES - 1]);
    }

    private static byte[] body(int number) {
        return ("{\"context_id\":\"listen-%d\",\"component\":\"bench\",\"tokens_allocated\":10,"
                        + "\"provider\":\"openai\",\"model\":\"gpt-4o\"}")
                .formatted(number)
                .getBytes(StandardCharsets.UTF_8);
    }
}
