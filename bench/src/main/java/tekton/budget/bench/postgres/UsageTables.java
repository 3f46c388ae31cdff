package tekton.budget.bench.postgres;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The totals as tables: ids that are known, and sums per context and hour, per cell (budget,
 * component, model and hour) and per budget. A batch is one transaction: COPY into a table of the
 * connection's own, ids with {@code ON CONFLICT DO NOTHING}, then of what is new one row per sum,
 * in the order of its key, so that two connections wait for each other and never deadlock. The sums
 * that everybody shares come last, so that they are locked for the shortest time.
 */
final class UsageTables {

    private static final String COLUMNS =
            "record_id text, context_id text, component text, provider text, model text,"
                    + " budget_id text, input_tokens bigint, output_tokens bigint, cost bigint,"
                    + " at timestamptz";
    private static final String SUMS =
            "records bigint NOT NULL, input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,"
                    + " cost numeric NOT NULL";

    // Room in the pages, so that an update stays in its page and touches no index.
    private static final List<String> SHARED =
            List.of(
                    "CREATE TABLE usage_id (context_id text, record_id text,"
                            + " PRIMARY KEY (context_id, record_id))",
                    "CREATE TABLE context_hour (context_id text, hour timestamptz, "
                            + SUMS
                            + ", PRIMARY KEY (context_id, hour)) WITH (fillfactor = 70)",
                    "CREATE TABLE cell (budget_id text, component text, provider text, model text,"
                            + " hour timestamptz, "
                            + SUMS
                            + ", PRIMARY KEY (budget_id, component, provider, model, hour))"
                            + " WITH (fillfactor = 20)",
                    "CREATE TABLE budget (budget_id text PRIMARY KEY, "
                            + SUMS
                            + ") WITH (fillfactor = 20)");
    private static final List<String> OWN =
            List.of(
                    "CREATE TEMP TABLE arrived (" + COLUMNS + ") ON COMMIT DELETE ROWS",
                    "CREATE TEMP TABLE fresh (" + COLUMNS + ") ON COMMIT DELETE ROWS");

    private static final String RECOGNISE =
            "WITH known AS (INSERT INTO usage_id SELECT context_id, record_id FROM arrived"
                    + " ORDER BY context_id, record_id ON CONFLICT DO NOTHING"
                    + " RETURNING context_id, record_id)"
                    + " INSERT INTO fresh SELECT DISTINCT ON (context_id, record_id) arrived.*"
                    + " FROM arrived JOIN known USING (context_id, record_id)"
                    + " ORDER BY context_id, record_id";

    private final Connection connection;
    private final CopyManager copy;
    private final List<PreparedStatement> steps;

    /**
     * Of one connection, which is closed by those that opened it.
     *
     * @throws SQLException if the shared tables were not made
     */
    UsageTables(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            for (String table : OWN) {
                statement.execute(table);
            }
        }
        connection.commit();
        copy = connection.unwrap(PGConnection.class).getCopyAPI();
        steps =
                List.of(
                        connection.prepareStatement(RECOGNISE),
                        upsert("context_hour", "context_id", true),
                        upsert("cell", "budget_id, component, provider, model", true),
                        upsert("budget", "budget_id", false));
    }

    private PreparedStatement upsert(String table, String names, boolean hourly)
            throws SQLException {
        String key = names + (hourly ? ", hour" : "");
        String grouped = names + (hourly ? ", date_trunc('hour', at)" : "");
        return connection.prepareStatement(
                "INSERT INTO "
                        + table
                        + " AS t SELECT "
                        + grouped
                        + ", count(*), sum(input_tokens), sum(output_tokens), sum(cost) FROM fresh"
                        + " GROUP BY "
                        + grouped
                        + " ORDER BY "
                        + grouped
                        + " ON CONFLICT ("
                        + key
                        + ") DO UPDATE SET records = t.records + excluded.records,"
                        + " input_tokens = t.input_tokens + excluded.input_tokens,"
                        + " output_tokens = t.output_tokens + excluded.output_tokens,"
                        + " cost = t.cost + excluded.cost");
    }

    /** Makes the tables that all connections share. */
    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : SHARED) {
                statement.execute(table);
            }
        }
        connection.commit();
    }

    /**
     * Counts a batch in one transaction.
     *
     * @param lines in COPY's text format
     */
    void count(CharSequence lines) throws SQLException, IOException {
        copy.copyIn("COPY arrived FROM STDIN", new StringReader(lines.toString()));
        for (PreparedStatement step : steps) {
            step.executeUpdate();
        }
        connection.commit();
    }

    /** The sums over all rows of one of the tables. */
    static UsageSums sums(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT coalesce(sum(records), 0), coalesce(sum(input_tokens), 0),"
                                        + " coalesce(sum(output_tokens), 0), coalesce(sum(cost), 0)"
                                        + " FROM "
                                        + table)) {
            row.next();
            return new UsageSums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }
}
