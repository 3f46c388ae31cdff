package tekton.budget.metering.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What stands in the ledger's store and changelog. A change needs a new format, not a new text. */
class LedgerFormatsTest {

    private static final Scope SCOPE = new Scope(Tier.LOCAL_MIDWEIGHT, "p", null, "é");
    private static final String SCOPE_HEX = "01" + "0001" + "70" + "ffff" + "0002" + "c3a9";

    @Test
    void shouldKeepTheKeyLayouts() {
        assertThat(hex(LedgerKeys.budget("b1"))).isEqualTo(text("bb1"));
        assertThat(hex(LedgerKeys.policy("b1.p"))).isEqualTo(text("qb1.p"));
        assertThat(hex(LedgerKeys.policiesOf("b1"))).isEqualTo(text("qb1."));
        assertThat(hex(LedgerKeys.use("b1.p"))).isEqualTo(text("ub1.p"));
        assertThat(hex(LedgerKeys.session("b1", "c/é", SCOPE)))
                .isEqualTo(text("s") + "0002" + text("b1") + "0004" + text("c/é") + SCOPE_HEX);
        assertThat(hex(LedgerKeys.sessionOf("b1", "c")))
                .isEqualTo(text("s") + "0002" + text("b1") + "0001" + text("c"));
        assertThat(hex(LedgerKeys.allocation("b1.a"))).isEqualTo(text("ab1.a"));
        assertThat(hex(LedgerKeys.open("b1.a"))).isEqualTo(text("ob1.a"));
        assertThat(hex(LedgerKeys.openCount("b1"))).isEqualTo(text("nb1"));
        assertThat(hex(LedgerKeys.expiry(258, "b1.a")))
                .isEqualTo(text("e") + "0000000000000102" + text("b1.a"));
        assertThat(hex(LedgerKeys.ofContext("c", "b1.a")))
                .isEqualTo(text("c") + "0001" + text("c") + text("b1.a"));
        assertThat(hex(LedgerKeys.decided("b1", "key")))
                .isEqualTo(text("i") + "0002" + text("b1") + text("key"));
        assertThat(hex(LedgerKeys.hour("b1", new EpochMinute(60), SCOPE)))
                .isEqualTo(text("h") + "0002" + text("b1") + "000000000000003c" + SCOPE_HEX);
        assertThat(hex(LedgerKeys.day("b1", new EpochMinute(1440), Scope.ANY)))
                .isEqualTo(text("d") + "0002" + text("b1") + "00000000000005a0" + "ffffffffffffff");
        assertThat(hex(LedgerKeys.scopeCount("b1", new EpochMinute(60))))
                .isEqualTo(text("k") + "0002" + text("b1") + "000000000000003c");
        assertThat(hex(LedgerKeys.forget(258, LedgerKeys.allocation("b1.a"))))
                .isEqualTo(text("f") + "0000000000000102" + text("ab1.a"));
    }

    @Test
    void shouldReadItsKeysBack() {
        Bytes hour = LedgerKeys.hour("b1", new EpochMinute(60), SCOPE);
        assertThat(LedgerKeys.scopeOf(hour)).isEqualTo(SCOPE);
        assertThat(LedgerKeys.scopeOf(LedgerKeys.day("b", new EpochMinute(0), Scope.ANY)))
                .isEqualTo(Scope.ANY);
        assertThat(LedgerKeys.budgetOf(hour)).isEqualTo("b1");
        assertThat(LedgerKeys.hourOf(hour).value()).isEqualTo(60);
        assertThat(LedgerKeys.contextIn(LedgerKeys.sessionOf("b1", "c/é"))).isEqualTo("c/é");
        assertThat(LedgerKeys.expiringOf(LedgerKeys.expiry(5, "b.é"))).isEqualTo("b.é");
        assertThat(LedgerKeys.allocationOfContextKey(LedgerKeys.ofContext("é", "b.a")))
                .isEqualTo("b.a");
        Bytes forget = LedgerKeys.forget(258, hour);
        assertThat(LedgerKeys.dueOf(forget)).isEqualTo(258);
        assertThat(LedgerKeys.targetOf(forget)).isEqualTo(hour);
        String longName = "n".repeat(300);
        assertThat(LedgerKeys.idAfter(LedgerKeys.budget(longName), 0)).isEqualTo(longName);
    }

    /** A context is not found by the beginning of another's name, nor a budget by another's. */
    @Test
    void shouldKeepNeighboursApart() {
        assertThat(hex(LedgerKeys.session("b1", "ctx-10", SCOPE)))
                .doesNotStartWith(hex(LedgerKeys.sessionOf("b1", "ctx-1")));
        assertThat(hex(LedgerKeys.ofContext("ctx-10", "b1.a")))
                .doesNotStartWith(hex(LedgerKeys.allOfContext("ctx-1")));
        assertThat(hex(LedgerKeys.policy("b10.p")))
                .doesNotStartWith(hex(LedgerKeys.policiesOf("b1")));
    }

    @Test
    void shouldTellEveryKindApart() {
        List<Character> kinds =
                Stream.of(
                                LedgerKeys.BUDGET,
                                LedgerKeys.POLICY,
                                LedgerKeys.USE,
                                LedgerKeys.SESSION,
                                LedgerKeys.ALLOCATION,
                                LedgerKeys.EXPIRY,
                                LedgerKeys.OPEN,
                                LedgerKeys.OPEN_COUNT,
                                LedgerKeys.OF_CONTEXT,
                                LedgerKeys.DECIDED,
                                LedgerKeys.HOUR,
                                LedgerKeys.DAY,
                                LedgerKeys.SCOPE_COUNT,
                                LedgerKeys.FORGET,
                                tekton.budget.metering.store.StoreKeys.REACHED,
                                tekton.budget.metering.store.StoreKeys.PROGRESS)
                        .toList();

        assertThat(kinds).doesNotHaveDuplicates();
    }

    @Test
    void shouldKeepTheValueLayouts() {
        SpentTokens spent = new SpentTokens(1, 2, new Money(3, 4));

        assertThat(HexFormat.of().formatHex(LedgerBytes.write(spent)))
                .isEqualTo(
                        "01"
                                + "0000000000000001"
                                + "0000000000000002"
                                + "0000000000000003"
                                + "0000000000000004");
        assertThat(LedgerBytes.readSpent(LedgerBytes.write(spent))).isEqualTo(spent);
        assertThat(HexFormat.of().formatHex(LedgerBytes.write(258))).isEqualTo("00000102");
        assertThat(LedgerBytes.readCount(LedgerBytes.write(258))).isEqualTo(258);
        assertThat(LedgerBytes.readCount(null)).isZero();
        assertThatThrownBy(() -> LedgerBytes.readSpent(new byte[] {2}))
                .isInstanceOf(IllegalStateException.class);
    }

    private static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(Bytes key) {
        return HexFormat.of().formatHex(key.get());
    }
}
