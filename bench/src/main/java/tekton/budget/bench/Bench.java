package tekton.budget.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import tekton.budget.bench.crash.ChaosCommand;
import tekton.budget.bench.crash.ConservationCommand;
import tekton.budget.bench.crash.KillCommand;
import tekton.budget.bench.crash.LedgerCommand;
import tekton.budget.bench.crash.OverspendCommand;
import tekton.budget.bench.decide.DecideCommand;
import tekton.budget.bench.drain.DrainCommand;
import tekton.budget.bench.fairness.FairnessCommand;
import tekton.budget.bench.hostile.HostileCommand;
import tekton.budget.bench.jmh.JmhCommand;
import tekton.budget.bench.listen.ListenCommand;
import tekton.budget.bench.load.BaselineCommand;
import tekton.budget.bench.load.CrossingCommand;
import tekton.budget.bench.load.FreshnessCommand;
import tekton.budget.bench.load.LoadCommand;
import tekton.budget.bench.load.OtlpCommand;
import tekton.budget.bench.load.SustainedCommand;
import tekton.budget.bench.postgres.PostgresCommand;
import tekton.budget.bench.scale.ScaleCommand;
import tekton.budget.bench.smoke.SmokeCommand;
import tekton.budget.bench.soak.SoakCommand;
import tekton.budget.bench.start.StartCommand;

/** Where {@code bench.sh} arrives. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Drives Budget under load and under crashes. Every command prints its settings and"
                        + " its figures and ends by itself; load goes to this machine only.",
        subcommands = {
            LoadCommand.class,
            BaselineCommand.class,
            OtlpCommand.class,
            SustainedCommand.class,
            FreshnessCommand.class,
            StartCommand.class,
            DrainCommand.class,
            PostgresCommand.class,
            DecideCommand.class,
            ListenCommand.class,
            CrossingCommand.class,
            FairnessCommand.class,
            KillCommand.class,
            OverspendCommand.class,
            ChaosCommand.class,
            ConservationCommand.class,
            LedgerCommand.class,
            HostileCommand.class,
            SoakCommand.class,
            ScaleCommand.class,
            SmokeCommand.class,
            JmhCommand.class
        })
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) {
        CommandLine commandLine =
                new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
        int status = arguments.length == 0 ? usage(commandLine) : commandLine.execute(arguments);
        System.exit(status);
    }

    private static int usage(CommandLine commandLine) {
        commandLine.usage(System.err);
        return CommandLine.ExitCode.USAGE;
    }
}
