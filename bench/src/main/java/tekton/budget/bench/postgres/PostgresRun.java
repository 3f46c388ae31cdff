package tekton.budget.bench.postgres;

import tekton.budget.bench.load.RecordTemplate;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Records counted exactly once in PostgreSQL, and the totals checked. */
public final class PostgresRun {

    private static final int CONNECTIONS = 2;
    private static final int BATCH = 1_000;
    private static final List<String> TABLES = List.of("context_hour", "cell", "budget");

    private final PostgresServer server;
    private final RecordTemplate template;
    private final long records;

    private PostgresRun(PostgresServer server, RecordTemplate template, long records) {
        this.server = server;
        this.template = template;
        this.records = records;
    }

    /**
     * What came of it.
     *
     * @param perSecond records per second
     * @param cpuMicros of processor time of all its processes per record
     */
    public record PostgresFigures(double perSecond, double cpuMicros) {}

    /**
     * Starts a PostgreSQL, counts records numbered from 0 over two connections in batches of 1,000,
     * some of them twice, checks the totals and prints the figures.
     *
     * @param records more than 0
     * @throws IOException if there is no PostgreSQL, it fails, or its totals are wrong
     */
    public static PostgresFigures measure(RecordTemplate template, long records)
            throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start()) {
            return new PostgresRun(server, template, records).run();
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    private PostgresFigures run() throws IOException, SQLException, InterruptedException {
        try (Connection connection = server.connect()) {
            UsageTables.create(connection);
            double cpuBefore = server.cpuSeconds();
            long began = System.nanoTime();
            UsageSums sent = all();
            double seconds = (System.nanoTime() - began) / 1e9;
            repeatFirst(connection);
            // By now the connections' processes have ended, and their time is known to the server.
            double cpu = server.cpuSeconds() - cpuBefore;
            check(connection, sent);
            PostgresFigures figures = new PostgresFigures(records / seconds, 1e6 * cpu / records);
            System.out.printf(
                    Locale.ROOT,
                    "postgres    %,d records in %.1f s: %,.0f records/s, %d connections, batches of"
                            + " %,d; all its processes %.2f CPU-seconds per million records; totals"
                            + " as expected%n",
                    records,
                    seconds,
                    figures.perSecond(),
                    CONNECTIONS,
                    BATCH,
                    figures.cpuMicros());
            return figures;
        }
    }

    private UsageSums all() throws IOException, InterruptedException {
        UsageSums sent = UsageSums.NONE;
        try (ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<UsageSums>> shares = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int first = i;
                shares.add(connections.submit(() -> share(first)));
            }
            for (Future<UsageSums> share : shares) {
                sent = sent.plus(share.get());
            }
            return sent;
        } catch (ExecutionException e) {
            throw new IOException("PostgreSQL: " + e.getCause(), e);
        }
    }

    /** Every second batch, over a connection of its own. */
    private UsageSums share(int firstBatch) throws SQLException, IOException {
        UsageSums sent = UsageSums.NONE;
        try (Connection connection = server.connect()) {
            UsageTables tables = new UsageTables(connection);
            StringBuilder lines = new StringBuilder();
            for (long from = (long) firstBatch * BATCH;
                    from < records;
                    from += (long) CONNECTIONS * BATCH) {
                lines.setLength(0);
                sent = sent.plus(batch(from, lines));
                tables.count(lines);
            }
        }
        return sent;
    }

    /** Reads a batch's records as they would come, and makes the lines that are copied. */
    private UsageSums batch(long from, StringBuilder lines) {
        UsageSums sent = UsageSums.NONE;
        byte[] json = new byte[template.size()];
        for (long i = from; i < Math.min(records, from + BATCH); i++) {
            template.write(i, json, 0);
            UsageRow row = UsageRow.read(json);
            row.copyTo(lines);
            sent = sent.plus(row);
        }
        return sent;
    }

    /** What was sent before counts no second time. */
    private void repeatFirst(Connection connection) throws SQLException, IOException {
        StringBuilder lines = new StringBuilder();
        batch(0, lines);
        new UsageTables(connection).count(lines);
    }

    private static void check(Connection connection, UsageSums sent)
            throws SQLException, IOException {
        for (String table : TABLES) {
            UsageSums counted = UsageTables.sums(connection, table);
            if (!counted.equals(sent)) {
                throw new IOException(
                        "PostgreSQL's %s: %s (expected: %s)".formatted(table, counted, sent));
            }
        }
    }
}
