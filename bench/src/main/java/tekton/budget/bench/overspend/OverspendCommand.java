package tekton.budget.bench.overspend;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.proof.ProofOptions;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench overspend}. */
@Command(
        name = "overspend",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts two application processes on one broker, with new data on free ports, and lets"
                    + " many callers fight for the last tokens of one hard limit and the last"
                    + " dollars of another, while one process after the other is killed with"
                    + " SIGKILL. In the end both are killed, and everything that callers were told"
                    + " is compared with what the ledger's log says.",
            "Exit status 0 after PASS, 1 after FAIL."
        })
public final class OverspendCommand implements Callable<Integer> {

    @Mixin ProofOptions options = new ProofOptions();

    @Option(names = "--seconds", description = "How long callers fight; default ${DEFAULT-VALUE}.")
    int seconds = 60;

    @Option(names = "--callers", description = "1 to 1,000; default ${DEFAULT-VALUE}.")
    int callers = 200;

    @Option(names = "--kills", description = "Meanwhile; default ${DEFAULT-VALUE}.")
    int kills = 2;

    @Option(names = "--think-ms", description = "A caller's mean pause; default ${DEFAULT-VALUE}.")
    int thinkMs = 100;

    @Option(
            names = "--limit-tokens",
            description =
                    "The token limit; the cost limit is their price; default ${DEFAULT-VALUE}.")
    long limitTokens = 200_003;

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "settings    seed %d, %d callers, %d s, %d kills, pauses of %d ms, limit %,d"
                        + " tokens%n",
                options.seed(),
                callers,
                seconds,
                kills,
                thinkMs,
                limitTokens);
        return options.judge("budget-overspend", this::run);
    }

    private void run(Path scratch, List<String> failures) throws IOException, InterruptedException {
        try (Pair pair = Pair.start(options.project(), scratch);
                Fight fight =
                        Fight.begin(
                                pair.addresses(),
                                pair.bootstrapServers(),
                                scratch.resolve("answers.tsv"),
                                new Fight.Size(options.seed(), callers, thinkMs, limitTokens))) {
            try {
                int first = (int) Math.floorMod(options.seed(), (long) Pair.PROCESSES);
                new PairKills(pair, fight.board()).run(kills, Duration.ofSeconds(seconds), first);
                fight.end();
                pair.restartBoth();
                fight.judge();
            } finally {
                failures.addAll(fight.wrong());
            }
        }
    }
}
