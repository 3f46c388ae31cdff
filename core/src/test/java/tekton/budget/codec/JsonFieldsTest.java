package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.ledger.Metadata;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class JsonFieldsTest {

    private static final Money MOST = Money.parse("1000");

    @Test
    void shouldReadEitherNameAndKeepTheLastOfARepeatedField() throws Exception {
        JsonFields fields = fields("{'budgetId':'a','budget_id':'b','taskType':'t','x':[1,{}]}");

        assertThat(fields.text("budget_id", 10)).isEqualTo("b");
        assertThat(fields.text("task_type", 10)).isEqualTo("t");
        assertThat(fields.problems()).isEmpty();
    }

    @Test
    void shouldTakeNullAndEmptyTextAsAbsent() throws Exception {
        JsonFields fields = fields("{'a':null,'b':'','c':null,'d':null,'e':null}");

        assertThat(fields.text("a", 10)).isNull();
        assertThat(fields.text("b", 10)).isNull();
        assertThat(fields.integer("c", 0, 1)).isNull();
        assertThat(fields.money("d", MOST)).isNull();
        assertThat(fields.flag("e")).isNull();
        assertThat(fields.problems()).isEmpty();
        assertThat(fields.taken()).isEmpty();
    }

    @Test
    void shouldTellEverythingThatIsWrong() throws Exception {
        JsonFields fields =
                fields("{'a':7,'b':'long','c':'\\u0001','d':1.5,'e':9,'f':'huge','g':[],'i':''}");

        fields.text("a", 3);
        fields.text("b", 3);
        fields.text("c", 3);
        fields.integer("d", 0, 8);
        fields.integer("e", 0, 8);
        fields.oneOf("f", Tier::parse, Tier::wireName, "a tier");
        fields.metadata("g");
        fields.requiredText("h", 3);
        fields.requiredOneOf("i", Tier::parse, Tier::wireName, "a tier");

        assertThat(fields.problems())
                .extracting(p -> p.field() + " " + p.kind())
                .containsExactly(
                        "a SHAPE",
                        "b BOUND",
                        "c SHAPE",
                        "d SHAPE",
                        "e BOUND",
                        "f RULE",
                        "g SHAPE",
                        "h MISSING",
                        "i MISSING");
        assertThat(fields.problems().get(7).message())
                .isEqualTo("h: missing (expected: text of 1 to 3 characters)");
        assertThat(fields.taken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0e9, 0", "1e2, 100", "0.000000000001, 0.000000000001", "1000.0, 1000"})
    void shouldReadMoneyExactly(String number, String expected) throws Exception {
        assertThat(fields("{'m':" + number + "}").money("m", MOST)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1000.000000000001",
                "0.0000000000001",
                "1e999999999",
                "1e99999999999",
                "1e-999999999",
                "\"1\"",
                "true"
            })
    void shouldRefuseWhatIsNoMoney(String number) throws Exception {
        JsonFields fields = fields("{'m':" + number + "}");

        assertThat(fields.money("m", MOST)).isNull();
        assertThat(fields.problems()).hasSize(1);
        assertThat(fields.taken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-05-01T10:00:00Z, 2026-05-01T10:00:00Z",
        "2026-05-01T10:00:00, 2026-05-01T10:00:00Z",
        "2026-05-01T10:00:00+02:00, 2026-05-01T08:00:00Z",
        "2026-05-01, 2026-05-02T00:00:00Z",
    })
    void shouldReadWhenSomethingEnds(String text, String expected) throws Exception {
        assertThat(fields("{'t':'" + text + "'}").endMs("t"))
                .isEqualTo(Instant.parse(expected).toEpochMilli());
    }

    @Test
    void shouldRefuseTimesBeyondTheCalendar() throws Exception {
        JsonFields fields = fields("{'t':'+200000000-01-01T00:00:00Z','u':'today'}");

        assertThat(fields.endMs("t")).isNull();
        assertThat(fields.endMs("u")).isNull();
        assertThat(fields.problems())
                .extracting(FieldProblem::kind)
                .containsOnly(ProblemKind.SHAPE);
    }

    @Test
    void shouldSayTheSameOfTheSameMeaning() throws Exception {
        JsonFields fields =
                fields("{'tier':'Heavyweight','n':1.50e1,'f':true,'i':5,'m':{'a':[1.50]}}");
        fields.oneOf("tier", Tier::parse, Tier::wireName, "a tier");
        fields.decimal("n", "a number");
        fields.flag("f");
        fields.integer("i", 0, 9);
        assertThat(fields.metadata("m")).isEqualTo(new Metadata("{\"a\":[1.50]}"));

        assertThat(fields.taken())
                .isEqualTo(
                        Map.of(
                                "tier",
                                "\"remote_heavyweight\"",
                                "n",
                                "15",
                                "f",
                                "true",
                                "i",
                                "5",
                                "m",
                                "{\"a\":[1.50]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "100.0", "1e2", "1E+2", "1000e-1"})
    void shouldTakeWholeNumbersHoweverTheyAreWritten(String written) throws Exception {
        JsonFields fields = fields("{'i':" + written + "}");

        assertThat(fields.integer("i", 0, 100)).isEqualTo(100);
        assertThat(fields.taken()).isEqualTo(Map.of("i", "100"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "100.5,100.5",
                "101.0,101.0",
                "1e400,1e400",
                "1e-400,1e-400",
                "1e999999999,1e999999999",
                "'100','100'",
                "false,false",
                "{},a JSON object",
            })
    void shouldShowWhatIsNoSuchIntegerAsItWasWritten(String written, String shown)
            throws Exception {
        JsonFields fields = fields("{'i':" + written + "}");

        assertThat(fields.integer("i", 0, 100)).isNull();
        assertThat(fields.problems())
                .extracting(FieldProblem::message)
                .containsExactly(
                        "i: %s (expected: an integer from 0 to 100)"
                                .formatted(shown.replace('\'', '"')));
    }

    @Test
    void shouldShowEveryKindOfValueAsJson() throws Exception {
        JsonFields fields =
                fields(
                        "{'a':7,'b':'1.5','c':1001.50,'d':'true','f':'huge','g':'{}','h':'x\\u0007'}");

        fields.text("a", 3);
        fields.decimal("b", "a number");
        fields.money("c", MOST);
        fields.flag("d");
        fields.oneOf("f", Tier::parse, Tier::wireName, "a tier");
        fields.metadata("g");
        fields.endMs("f");
        fields.prose("h", 5);

        assertThat(fields.problems())
                .extracting(p -> p.message().replaceFirst(" \\(expected.*", ""))
                .containsExactly(
                        "a: 7",
                        "b: \"1.5\"",
                        "c: 1001.50",
                        "d: \"true\"",
                        "f: \"huge\"",
                        "g: \"{}\"",
                        "f: \"huge\"",
                        "h: \"x\\u0007\"");
    }

    @Test
    void shouldBoundMetadata() throws Exception {
        String deep = "{'a':".repeat(9) + "1" + "}".repeat(9);
        JsonFields fields = fields("{'m':" + deep + ",'n':{'a':'" + "x".repeat(16_384) + "'}}");

        assertThat(fields.metadata("m")).isNull();
        assertThat(fields.metadata("n")).isNull();
        assertThat(fields.problems())
                .extracting(FieldProblem::kind)
                .containsOnly(ProblemKind.BOUND);
    }

    @Test
    void shouldReadAListOfTexts() throws Exception {
        JsonFields fields = fields("{'p':['a.1','b'],'q':[],'r':null,'s':['last'],'s':['one']}");

        assertThat(fields.texts("p", 2, 3)).containsExactly("a.1", "b");
        assertThat(fields.texts("q", 2, 3)).isEmpty();
        assertThat(fields.texts("r", 2, 3)).isNull();
        assertThat(fields.texts("s", 2, 4)).containsExactly("one");
        assertThat(fields.problems()).isEmpty();
        assertThat(fields.taken())
                .isEqualTo(Map.of("p", "[\"a.1\",\"b\"]", "q", "[]", "s", "[\"one\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a'            | SHAPE",
                "{'a':'b'}      | SHAPE",
                "['a',1]        | SHAPE",
                "['a',['b']]    | SHAPE",
                "[null]         | SHAPE",
                "['']           | BOUND",
                "['long']       | BOUND",
                "['a','b','c']  | BOUND",
                "['\\u0001']     | BOUND",
            },
            quoteCharacter = '`')
    void shouldRefuseWhatIsNoSuchList(String value, ProblemKind kind) throws Exception {
        JsonFields fields = fields("{'p':" + value + ",'behind':true}");

        assertThat(fields.texts("p", 2, 3)).isNull();
        assertThat(fields.flag("behind")).isTrue();
        assertThat(fields.problems()).singleElement().extracting(p -> p.kind()).isEqualTo(kind);
        assertThat(fields.problems().getFirst().message())
                .startsWith("p: ")
                .endsWith(
                        "(expected: at most 2 texts of 1 to 3 characters without control"
                                + " characters)");
    }

    @Test
    void shouldRefuseWhatIsNoJsonObject() {
        for (String body :
                List.of("", "[]", "7", "{", "{} {}", "{'a':}", "\uFEFF{}", "nul", "{'p':['a'")) {
            assertThatThrownBy(() -> fields(body))
                    .as(body)
                    .isInstanceOf(JsonFields.UnreadableException.class);
        }
    }

    private static JsonFields fields(String json) throws Exception {
        return JsonFields.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
