package tekton.budget.api.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.FocusRules;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What is written, literally and by the rules of the specification. */
class ExportFormatTest {

    private static final Instant AS_OF = Instant.parse("2026-11-28T10:20:30Z");

    @Test
    void shouldWriteFocus12AsCsv() throws Exception {
        assertThat(ExportedFile.of(ExportProfile.FOCUS_1_2, ExportFormat.CSV, List.of(partly())))
                .isEqualTo(
                        """
                        BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,\
                        BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,\
                        ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,\
                        ConsumedQuantity,ConsumedUnit,ContractedCost,EffectiveCost,\
                        InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,\
                        PublisherName,ServiceCategory,ServiceName,ServiceSubcategory,SkuId,\
                        SkuMeter,SkuPriceId,SubAccountId,SubAccountName,Tags,x_InputTokens,\
                        x_CachedInputTokens,x_CacheWriteTokens,x_OutputTokens,\
                        x_ReasoningTokens,x_UnpricedTokens,x_EstimatedTokens,x_Records,x_AsOf,\
                        x_PeriodClosed\r
                        12.000000000001,team-a,team-a,USD,2027-01-01T00:00:00Z,\
                        2026-12-01T00:00:00Z,Usage,,"Tokens of gpt,\
                        x: the price of 90 of 1290 is not known,\
                         so the cost is that of the others",Usage-Based,2027-01-01T00:00:00Z,\
                        2026-12-31T23:00:00Z,1290,Tokens,12.000000000001,12.000000000001,\
                        '@host,12.000000000001,1290,Tokens,'@host,'@host,\
                        AI and Machine Learning,"gpt,x",Generative AI,"'@host/gpt,x",Tokens,\
                        "'@host/gpt,x",team-a,team-a,"{""component"":""a \\""b\\\"\"\"\",\
                        ""task_type"":""default"",""tier"":""remote_heavyweight""}",1200,800,\
                        300,90,40,90,7,3,2026-11-28T10:20:30Z,false\r
                        """);
    }

    @Test
    void shouldWriteFocus13AsJsonLines() throws Exception {
        assertThat(ExportedFile.of(ExportProfile.FOCUS_1_3, ExportFormat.JSONL, List.of(partly())))
                .isEqualTo(
                        """
                        {"BilledCost":12.000000000001,"BillingAccountId":"team-a",\
                        "BillingAccountName":"team-a","BillingCurrency":"USD",\
                        "BillingPeriodEnd":"2027-01-01T00:00:00Z",\
                        "BillingPeriodStart":"2026-12-01T00:00:00Z","ChargeCategory":"Usage",\
                        "ChargeClass":null,"ChargeDescription":"Tokens of gpt,\
                        x: the price of 90 of 1290 is not known,\
                         so the cost is that of the others","ChargeFrequency":"Usage-Based",\
                        "ChargePeriodEnd":"2027-01-01T00:00:00Z",\
                        "ChargePeriodStart":"2026-12-31T23:00:00Z","ConsumedQuantity":1290,\
                        "ConsumedUnit":"Tokens","ContractApplied":null,\
                        "ContractedCost":12.000000000001,"EffectiveCost":12.000000000001,\
                        "HostProviderName":"@host","InvoiceIssuerName":"@host",\
                        "ListCost":12.000000000001,"PricingQuantity":1290,\
                        "PricingUnit":"Tokens","ProviderName":"@host","PublisherName":"@host",\
                        "ServiceCategory":"AI and Machine Learning","ServiceName":"gpt,x",\
                        "ServiceProviderName":"@host","ServiceSubcategory":"Generative AI",\
                        "SkuId":"@host/gpt,x","SkuMeter":"Tokens","SkuPriceId":"@host/gpt,x",\
                        "SubAccountId":"team-a","SubAccountName":"team-a",\
                        "Tags":{"component":"a \\"b\\"","task_type":"default",\
                        "tier":"remote_heavyweight"},"x_InputTokens":1200,\
                        "x_CachedInputTokens":800,"x_CacheWriteTokens":300,\
                        "x_OutputTokens":90,"x_ReasoningTokens":40,"x_UnpricedTokens":90,\
                        "x_EstimatedTokens":7,"x_Records":3,"x_AsOf":"2026-11-28T10:20:30Z",\
                        "x_PeriodClosed":false}
                        """);
    }

    @Test
    void shouldWriteTheCommonBillFormat() throws Exception {
        assertThat(ExportedFile.of(ExportProfile.CLOUDZERO, ExportFormat.CSV, List.of(unpriced())))
                .isEqualTo(
                        """
                        lineitem/type,lineitem/description,time/usage_start,time/usage_end,\
                        resource/id,resource/service,resource/account,resource/usage_family,\
                        usage/amount,usage/units,cost/cost,resource/tag:model,\
                        resource/tag:component,resource/tag:task_type,resource/tag:tier\r
                        Usage,"Tokens of m: their price is not known,\
                         so the cost is unknown and not 0",2026-11-28T09:00:00Z,\
                        2026-11-28T10:00:00Z,p/m,p,team-a,Generative AI,60,Tokens,0,m,c,t,\
                        local_midweight\r
                        """);
    }

    /** Closed 35 days and an hour after the end of the period, at 10 o'clock. */
    @ParameterizedTest
    @CsvSource({"2027-01-02T10:59:59.999Z, false", "2027-01-02T11:00:00Z, true"})
    void shouldCloseAnHourWhenNoRecordOfItIsTakenAnyMore(Instant asOf, boolean closed) {
        ExportedCharge charge = new ExportedCharge(unpriced().key(), unpriced().totals(), asOf);

        assertThat(charge.isClosed()).isEqualTo(closed);
    }

    @ParameterizedTest
    @EnumSource(value = ExportProfile.class, mode = Mode.EXCLUDE, names = "CLOUDZERO")
    void shouldKeepToTheSpecificationInEveryColumn(ExportProfile profile) throws Exception {
        String version = profile == ExportProfile.FOCUS_1_2 ? "1.2" : "1.3";
        List<ExportedCharge> charges = randomCharges(new Random(17));
        String csv = ExportedFile.of(profile, ExportFormat.CSV, charges);
        List<String> header = FocusRules.csvHeader(csv);

        assertThat(FocusRules.violations(version, header, FocusRules.csv(csv))).isEmpty();

        String lines = ExportedFile.of(profile, ExportFormat.JSONL, charges);
        List<Map<String, String>> rows = FocusRules.jsonLines(lines);
        assertThat(FocusRules.violations(version, header, rows)).isEmpty();
        assertThat(rows).hasSameSizeAs(charges);
    }

    /** The rules see what is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BilledCost=1E-7",
                "BilledCost=",
                "BillingCurrency=usd",
                "BillingPeriodStart=2026-10-01T00:00:00Z",
                "ChargeCategory=Consumption",
                "ChargePeriodEnd=2026-11-28T09:00:00Z",
                "ConsumedUnit=tokens",
                "ConsumedQuantity=61",
                "ListCost=2",
                "PricingUnit=",
                "ServiceSubcategory=Chat",
                "SkuPriceId=",
                "Tags={\"a\":{}}",
                "x_UnpricedTokens=0",
                "x_PeriodClosed=true",
            })
    void shouldBeFoundOutWhenWrong(String change) throws Exception {
        String csv =
                ExportedFile.of(ExportProfile.FOCUS_1_2, ExportFormat.CSV, List.of(unpriced()));
        Map<String, String> row = new LinkedHashMap<>(FocusRules.csv(csv).getFirst());
        int equals = change.indexOf('=');
        String value = change.substring(equals + 1);
        row.put(change.substring(0, equals), value.isEmpty() ? null : value);

        assertThat(FocusRules.violations("1.2", FocusRules.csvHeader(csv), List.of(row)))
                .isNotEmpty();
    }

    @Test
    void shouldBeFoundOutWhenAColumnIsWrong() {
        assertThat(FocusRules.violations("1.2", List.of("BilledCost"), List.of()))
                .contains("ListCost: missing", "ServiceName: missing");
        List<String> header = new ArrayList<>();
        ExportProfile.FOCUS_1_3.columns().forEach(column -> header.add(column.name()));
        assertThat(FocusRules.violations("1.3", header, List.of())).isEmpty();
        assertThat(FocusRules.violations("1.2", header, List.of()))
                .containsExactly(
                        "ContractApplied: no column of this version",
                        "HostProviderName: no column of this version",
                        "ServiceProviderName: no column of this version");
        header.add(header.removeFirst());
        assertThat(FocusRules.violations("1.3", header, List.of()))
                .containsExactly("BilledCost: behind a column of our own");
    }

    private static ExportedCharge partly() {
        return charge(
                "2026-12-31T23:00:00Z",
                new Cell("team-a", "a \"b\"", "@host", "gpt,x", Tier.REMOTE_HEAVYWEIGHT, "default"),
                new TokenCounts(1200, 90, 800, 300, 40),
                90,
                "12.000000000001");
    }

    private static ExportedCharge unpriced() {
        return charge(
                "2026-11-28T09:00:00Z",
                new Cell("team-a", "c", "p", "m", Tier.LOCAL_MIDWEIGHT, "t"),
                TokenCounts.of(50, 10),
                60,
                "0");
    }

    private static ExportedCharge charge(
            String hour, Cell cell, TokenCounts tokens, long unpriced, String cost) {
        long atMs = Instant.parse(hour).toEpochMilli();
        return new ExportedCharge(
                new ChargeKey(EpochMinute.hourOf(atMs), cell),
                new Totals(tokens, unpriced, 7, Money.parse(cost), 3, atMs, atMs),
                AS_OF);
    }

    /** In their order, each key once; names and amounts of every kind. */
    private static List<ExportedCharge> randomCharges(Random random) {
        List<String> names =
                List.of("a", "=SUM(A1)", "a,\"b\"", "ünï 😀", "-x", "x\r\ny", "{}", " ", "other");
        TreeMap<ChargeKey, ExportedCharge> charges = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            long input = random.nextLong(3) * random.nextLong(1L << 40);
            long output = random.nextLong(1 << 20);
            long cached = random.nextLong(input + 1);
            TokenCounts tokens =
                    new TokenCounts(
                            input,
                            output,
                            cached,
                            random.nextLong(input - cached + 1),
                            random.nextLong(output + 1));
            long unpriced =
                    switch (random.nextInt(3)) {
                        case 0 -> 0;
                        case 1 -> tokens.total();
                        default -> random.nextLong(tokens.total() + 1);
                    };
            Money cost =
                    unpriced == tokens.total()
                            ? Money.ZERO
                            : new Money(
                                    random.nextLong(Long.MAX_VALUE),
                                    random.nextLong(Money.PICO_PER_USD));
            long atMs = AS_OF.minusSeconds(random.nextLong(80L * 24 * 3600)).toEpochMilli();
            ChargeKey key =
                    new ChargeKey(
                            EpochMinute.hourOf(atMs),
                            new Cell(
                                    "b" + random.nextInt(3),
                                    pick(names, random),
                                    "p" + pick(names, random),
                                    "m" + pick(names, random),
                                    List.of(Tier.values()).get(random.nextInt(3)),
                                    pick(names, random)));
            charges.put(
                    key,
                    new ExportedCharge(
                            key, new Totals(tokens, unpriced, 0, cost, 1, atMs, atMs), AS_OF));
        }
        return List.copyOf(charges.values());
    }

    private static String pick(List<String> names, Random random) {
        return names.get(random.nextInt(names.size()));
    }
}
