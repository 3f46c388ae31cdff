package tekton.budget.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

class PartitionsTest {

    /** Vectors of Kafka's own partitioner for twelve partitions. */
    @ParameterizedTest
    @CsvSource({"a,4", "foobar,6", "ctx-0001,0", "budget/acme,2", "é,3"})
    void shouldPlaceKeysAsKafkaDoes(String key, int partition) {
        assertThat(Partitions.of(key, 12)).isEqualTo(partition);
    }

    @Test
    void shouldKeepTheOriginHeader() {
        Origin origin = new Origin(3, 1042, 1_764_000_000_000L);

        byte[] value = origin.toHeaders().lastHeader("budget.origin").value();

        assertThat(HexFormat.of().formatHex(value))
                .isEqualTo("00000003" + "0000000000000412" + "0000019ab697e800");
        assertThat(Origin.of(origin.toHeaders())).contains(origin);
    }

    @Test
    void shouldKeepTheTopicsNames() {
        assertThat(Topics.ALWAYS)
                .extracting(Topic::name)
                .containsExactly(
                        "budget.usage",
                        "budget.usage-strays",
                        "budget.hand-overs",
                        "budget.ledger-deltas",
                        "budget.requests",
                        "budget.decisions",
                        "budget.status",
                        "budget.session-limits",
                        "budget.events",
                        "budget.alert-requests",
                        "budget.alert-outcomes",
                        "budget.alert-channels",
                        "budget.alert-state",
                        "budget.prices",
                        "budget.price-requests",
                        "budget.price-status",
                        "budget.dead-letters",
                        "budget.audit");
        assertThat(Topics.USAGE_RATED.name()).isEqualTo("budget.usage-rated");
    }
}
