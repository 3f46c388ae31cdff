package tekton.budget.bench.smoke;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.http.HttpConnection;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.product.TotalsClient;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench smoke}. */
@Command(
        name = "smoke",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Checks a running product from outside: the integration guide's example, a hard"
                        + " limit, records of clients that hash keys by CRC32, and both Azure"
                        + " traces.")
public final class SmokeCommand implements Callable<Integer> {

    @Option(names = "--url", description = "The product; default ${DEFAULT-VALUE}.")
    String url = "http://localhost:8013";

    @Option(names = "--bootstrap", description = "Its Kafka; default ${DEFAULT-VALUE}.")
    String bootstrap = "127.0.0.1:9092";

    @Option(
            names = "--project",
            paramLabel = "DIR",
            description = "The traces are looked for in ../shared/traces from there.")
    Path project = Path.of(".");

    @Override
    public Integer call() throws Exception {
        Checks checks = new Checks();
        InetSocketAddress address = HttpConnection.addressOf(url);
        String tag = Long.toString(System.currentTimeMillis(), 36);
        try (HttpConnection http = new HttpConnection(address, CheckTimeout.LIMIT);
                LedgerApi ledger = new LedgerApi(address, CheckTimeout.LIMIT);
                TotalsClient totals = new TotalsClient(address)) {
            AllocationCheck allocations = new AllocationCheck(ledger, checks);
            allocations.run("/api");
            allocations.run("/api/v1");
            new HardLimitCheck(ledger, checks).run(tag);
            new GuideCheck(http, totals, checks).run("guide-" + tag);
            new ForeignClientCheck(bootstrap, totals, checks).run(tag);
            traces(http, totals, checks, tag);
        } catch (IOException e) {
            checks.fail(e.toString());
        }
        return checks.conclude() ? 0 : 1;
    }

    private void traces(HttpConnection http, TotalsClient totals, Checks checks, String tag)
            throws IOException, InterruptedException {
        Path folder = AzureTrace.folder(project.toAbsolutePath());
        List<AzureTrace> traces = AzureTrace.readAll(folder);
        if (traces.isEmpty()) {
            checks.skip("the Azure traces", "../shared/traces is absent");
            return;
        }
        boolean seen = totals.totals(Kind.CONTEXT, "azure-0").records() > 0;
        String suffix = seen ? "-" + tag : "";
        if (seen) {
            System.out.println("        this product has seen the traces: names end in " + suffix);
        }
        // The connection has been idle while misrouted records were waited for.
        http.close();
        new TraceCheck(http, totals, PriceList.read(bootstrap), checks).run(traces, suffix);
    }
}
