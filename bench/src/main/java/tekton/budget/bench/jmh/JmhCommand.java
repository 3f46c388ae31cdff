package tekton.budget.bench.jmh;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench jmh}. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description =
                "Runs the micro-benchmarks of the hot path. Arguments after -- go to JMH, such as"
                        + " -- -prof gc read.")
public final class JmhCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", description = "JMH's own arguments.")
    List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
