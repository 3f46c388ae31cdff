package tekton.budget.metering.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.ContextUse;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.HourUse;
import tekton.budget.metering.usage.HourUse.HourPart;
import tekton.budget.metering.usage.IdKey;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What stands in stores and their changelogs. A change here needs a new format, not a new text. */
class StoreFormatsTest {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void shouldKeepTheTotalsLayout() {
        Totals totals = new Totals(new TokenCounts(10, 2, 3, 4, 1), 5, new Money(7, 8), 9, 10, 11);
        String expected = "01" + longs(10, 2, 3, 4, 1) + longs(5, 7, 8, 9, 10, 11);

        assertThat(HEX.formatHex(TotalsBytes.write(totals))).isEqualTo(expected);
        assertThat(TotalsBytes.read(TotalsBytes.write(totals))).isEqualTo(totals);
        assertThat(TotalsBytes.readOrNull(null)).isNull();
        assertThatThrownBy(() -> TotalsBytes.read(new byte[] {2}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKeepTheLayoutOfTotalsWithEstimates() {
        Totals totals =
                new Totals(new TokenCounts(10, 2, 3, 4, 1), 5, 6, new Money(7, 8), 9, 10, 11);
        String layout = longs(10, 2, 3, 4, 1) + longs(5, 7, 8, 9, 10, 11, 6);
        ContextUse use =
                new ContextUse(
                        totals, List.of(new Spending("b", Scope.ANY, new Amount(3, Money.ZERO))));

        assertThat(HEX.formatHex(TotalsBytes.write(totals))).isEqualTo("03" + layout);
        assertThat(TotalsBytes.read(TotalsBytes.write(totals))).isEqualTo(totals);
        assertThat(HEX.formatHex(ContextBytes.write(use)))
                .isEqualTo(
                        "04" + layout + "01" + "000162" + "ffffffffffff" + "ff" + longs(3, 0, 0));
        assertThat(ContextBytes.readOrNull(ContextBytes.write(use))).isEqualTo(use);
        assertThat(ContextBytes.readOrNull(TotalsBytes.write(totals)))
                .isEqualTo(new ContextUse(totals, List.of()));
        assertThatThrownBy(() -> TotalsBytes.read(HEX.parseHex("01" + layout)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> TotalsBytes.read(HEX.parseHex("05" + layout)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKeepTheLayoutOfWhatAContextHasUsed() {
        Totals totals = new Totals(new TokenCounts(10, 2, 3, 4, 1), 5, new Money(7, 8), 9, 10, 11);
        Scope scope = new Scope(Tier.REMOTE_HEAVYWEIGHT, "p", "é", "t");
        ContextUse use =
                new ContextUse(
                        totals,
                        List.of(
                                new Spending("b", scope, new Amount(12, new Money(1, 2))),
                                new Spending("b", Scope.ANY, new Amount(3, Money.ZERO))));
        String expected =
                "02"
                        + longs(10, 2, 3, 4, 1)
                        + longs(5, 7, 8, 9, 10, 11)
                        + "02"
                        + "000162"
                        + "000170"
                        + "0002c3a9"
                        + "000174"
                        + "02"
                        + longs(12, 1, 2)
                        + "000162"
                        + "ffffffffffff"
                        + "ff"
                        + longs(3, 0, 0);

        byte[] bytes = ContextBytes.write(use);

        assertThat(HEX.formatHex(bytes)).isEqualTo(expected);
        assertThat(ContextBytes.readOrNull(bytes)).isEqualTo(use);
        assertThat(TotalsBytes.read(bytes)).isEqualTo(totals);
        assertThat(ContextBytes.readOrNull(TotalsBytes.write(totals)))
                .describedAs("written before parts were kept")
                .isEqualTo(new ContextUse(totals, List.of()));
        assertThat(ContextBytes.readOrNull(null)).isNull();
    }

    @Test
    void shouldKeepTheLayoutOfAnHourOfAContext() {
        Cell cell = cell("b", "chat");
        HourUse one =
                new HourUse(sum(3, 100, 200), List.of(new HourPart(cell, null, sum(3, 100, 200))));
        String texts = "000162" + "000463686174" + "000170" + "00016d" + "000174";

        assertThat(HEX.formatHex(HourBytes.write(one)))
                .isEqualTo(
                        "02"
                                + longs(3, 0, 0, 0, 0, 0, 7, 8, 1, 100, 200)
                                + "0105"
                                + texts
                                + "00"
                                + "0001020304"
                                + "ff");
        assertThat(HourBytes.read(HourBytes.write(one))).isEqualTo(one);

        HourUse several =
                new HourUse(
                        new Totals(TokenCounts.of(303, 0), 0, new Money(21, 24), 3, 100, 200),
                        List.of(
                                new HourPart(cell, null, sum(3, 100, 200)),
                                new HourPart(cell, "chat", sum(200, 110, 120)),
                                new HourPart(null, null, sum(100, 101, 101))));
        assertThat(HEX.formatHex(HourBytes.write(several)))
                .isEqualTo(
                        "02"
                                + longs(303, 0, 0, 0, 0, 0, 21, 24, 3, 100, 200)
                                + "0305"
                                + texts
                                + "000001020304ff"
                                + "0300000000000007080100"
                                + "00"
                                + "00000102030401"
                                + "c80100000000000007080"
                                + "10a50"
                                + "ff"
                                + "6400000000000007080"
                                + "10163");
        assertThat(HourBytes.read(HourBytes.write(several))).isEqualTo(several);
        assertThat(TotalsBytes.read(HourBytes.write(several)))
                .as("as versions read it that know no parts")
                .isEqualTo(several.totals());
        assertThat(HourBytes.readOrNull(TotalsBytes.write(one.totals())))
                .as("as versions wrote it that knew no parts")
                .isEqualTo(new HourUse(one.totals(), List.of()));
        assertThat(HourBytes.readOrNull(null)).isNull();
    }

    @Test
    void shouldKeepTheLargestNumbersAndTheLongestNamesOfAnHour() {
        Totals most =
                new Totals(
                        new TokenCounts(Long.MAX_VALUE, 1, 0, 0, 0),
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        new Money(Long.MAX_VALUE, Money.PICO_PER_USD - 1),
                        Long.MAX_VALUE,
                        0,
                        4_000_000_000_000L);
        List<HourPart> parts = new ArrayList<>();
        for (int i = 0; i <= HourUse.PARTS_MAX; i++) {
            String name = "€".repeat(250) + i;
            parts.add(
                    new HourPart(
                            new Cell(
                                    "b" + name,
                                    "c" + name,
                                    "p" + name,
                                    "m" + name,
                                    Tier.REMOTE_HEAVYWEIGHT,
                                    "t" + name),
                            "u" + name,
                            most));
        }
        HourUse use = new HourUse(most, parts);

        assertThat(HourBytes.read(HourBytes.write(use))).isEqualTo(use);
        assertThat(HourBytes.write(use)).hasSizeLessThan(200_000);
    }

    private static Totals sum(long tokens, long firstAtMs, long lastAtMs) {
        return new Totals(TokenCounts.of(tokens, 0), 0, new Money(7, 8), 1, firstAtMs, lastAtMs);
    }

    @Test
    void shouldKeepTheKeyLayouts() {
        Cell cell =
                new Cell("team-a", "chat", "openai", "gpt-4o", Tier.REMOTE_HEAVYWEIGHT, "default");
        Bytes key = StoreKeys.cell(cell, new EpochMinute(29_400_000));

        assertThat(hex(key))
                .isEqualTo(
                        "7800067465616d2d610000000001c09bc000046368617400066f70656e6169"
                                + "00066770742d346f000764656661756c7402");
        assertThat(StoreKeys.cellOf(key)).isEqualTo(cell);
        assertThat(hex(key))
                .startsWith(hex(StoreKeys.cells("team-a", new EpochMinute(29_400_000))));
        assertThat(hex(StoreKeys.total(StoreKeys.CONTEXT, "é"))).isEqualTo("63c3a9");
        assertThat(hex(StoreKeys.total(StoreKeys.BUDGET, "b"))).isEqualTo("6262");
        assertThat(hex(StoreKeys.total(StoreKeys.COMPONENT, "m"))).isEqualTo("6d6d");
        assertThat(hex(StoreKeys.reached("t"))).isEqualTo("7274");
        assertThat(hex(StoreKeys.progress(3))).isEqualTo("7000000003");
        assertThat(hex(StoreKeys.cellCount("b"))).isEqualTo("6e62");
        assertThat(StoreKeys.idOf(StoreKeys.total(StoreKeys.CONTEXT, "ctx/é"))).isEqualTo("ctx/é");
    }

    @Test
    void shouldKeepTheKeyLayoutsOfUsers() {
        Cell cell =
                new Cell("team-a", "chat", "openai", "gpt-4o", Tier.REMOTE_HEAVYWEIGHT, "default");
        Bytes key = StoreKeys.userCell("é", cell, new EpochMinute(29_400_000));

        assertThat(hex(key))
                .isEqualTo(
                        "750002c3a90000000001c09bc000067465616d2d6100046368617400066f70656e6169"
                                + "00066770742d346f000764656661756c7402");
        assertThat(StoreKeys.userOf(key)).isEqualTo("é");
        assertThat(StoreKeys.cellOfUser(key)).isEqualTo(cell);
        assertThat(hex(key)).startsWith(hex(StoreKeys.userCells("é", new EpochMinute(29_400_000))));
        assertThat(hex(StoreKeys.total(StoreKeys.USER, "é"))).isEqualTo("75c3a9");
    }

    @Test
    void shouldKeepTheCellsOfOneHourTogether() {
        Bytes one = StoreKeys.cell(cell("a", "zzz"), new EpochMinute(60));
        Bytes other = StoreKeys.cell(cell("a", "aaa"), new EpochMinute(120));

        assertThat(one).isLessThan(other);
        assertThat(one)
                .isBetween(
                        StoreKeys.cells("a", new EpochMinute(60)),
                        StoreKeys.cells("a", new EpochMinute(120)));
    }

    @Test
    void shouldKeepTheIdLogLayout() {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0xAB);
        List<Map.Entry<IdKey, FirstOccurrence>> entries =
                List.of(Map.entry(new IdKey(key), new FirstOccurrence(3, 1042, -2)));

        byte[] value = IdLog.write(entries);

        assertThat(HEX.formatHex(value))
                .isEqualTo("01" + "ab".repeat(20) + "00000003" + longs(1042) + "fffffffffffffffe");
        assertThat(IdLog.read(value)).isEqualTo(entries);
        assertThat(HEX.formatHex(IdLog.key(86_400_000))).isEqualTo(longs(86_400_000));
        assertThat(IdLog.bucketMs(IdLog.key(86_400_000))).isEqualTo(86_400_000);
    }

    private static Cell cell(String budget, String component) {
        return new Cell(budget, component, "p", "m", Tier.LOCAL_LIGHTWEIGHT, "t");
    }

    private static String hex(Bytes key) {
        return HEX.formatHex(key.get());
    }

    private static String longs(long... numbers) {
        StringBuilder hex = new StringBuilder();
        for (long number : numbers) {
            hex.append(HEX.toHexDigits(number));
        }
        return hex.toString();
    }
}
