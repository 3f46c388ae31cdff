package tekton.budget.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tekton.budget.api.http.ProblemType;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.usage.Way;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

class MetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void shouldCountEveryRefusalSomewhere(ProblemType why) {
        UsageMeters meters = new UsageMeters(registry);

        meters.refused(Way.NDJSON, why);

        assertThat(
                        registry.find("budget.usage.refused").counters().stream()
                                .filter(counter -> counter.count() == 1)
                                .map(counter -> counter.getId().getTag("way")))
                .containsExactly("ndjson");
    }

    @Test
    void shouldTimeAcknowledgements() {
        UsageMeters meters = new UsageMeters(registry);

        meters.acknowledged(3_000_000);
        meters.acknowledged(5_000_000);

        assertThat(registry.get("budget.acknowledge").timer().count()).isEqualTo(2);
        assertThat(registry.get("budget.acknowledge").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(8);
    }

    @Test
    void shouldTellHowAskingTheLedgerEndedAndWhoWaits() throws Exception {
        LedgerMeters meters = new LedgerMeters(registry);

        for (ReplyOutcome<LedgerDecision> outcome :
                List.<ReplyOutcome<LedgerDecision>>of(
                        NotWritten.full(),
                        new MaybeWritten<>(),
                        NotWritten.notConnected(),
                        new NotAnswered<>(new Position(0, 7), Duration.ofSeconds(5)))) {
            assertThat(meters.measured(new Fixed(outcome)).ask(null)).isSameAs(outcome);
        }

        assertThat(missed("full")).isEqualTo(1);
        assertThat(missed("unwritten")).isEqualTo(2);
        assertThat(missed("undecided")).isEqualTo(1);
        assertThat(registry.get("budget.decision").timer().count()).isZero();
        assertThat(waiting()).isZero();
    }

    private double missed(String outcome) {
        return registry.get("budget.decisions.missed").tag("outcome", outcome).counter().count();
    }

    private double waiting() {
        return registry.get("budget.decisions.waiting").gauge().value();
    }

    /** A client that ends every request so, and sees that it is waited for. */
    private final class Fixed implements LedgerClient {

        private final ReplyOutcome<LedgerDecision> outcome;

        Fixed(ReplyOutcome<LedgerDecision> outcome) {
            this.outcome = outcome;
        }

        @Override
        public ReplyOutcome<LedgerDecision> ask(LedgerRequest request) {
            assertThat(waiting()).isEqualTo(1);
            return outcome;
        }

        @Override
        public void open() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public void close() {}
    }
}
