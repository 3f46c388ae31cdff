package tekton.budget.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The published schema and the code that reads the topic say the same of every golden example. The
 * name of an example begins with what becomes of it.
 */
class UsageSchemaTest {

    private static final Path DOCS = Path.of("..", "docs");

    /** Examples of which the schema says less than the code, or more, and why. */
    private static final Map<String, String> ONLY_THE_CODE_CAN_TELL =
            Map.ofEntries(
                    Map.entry("refused-cached-more-than-input", "compares two fields"),
                    Map.entry("refused-reasoning-more-than-output", "compares two fields"),
                    Map.entry(
                            "refused-cache-write-1h-more-than-cache-write", "compares two fields"),
                    Map.entry("refused-input-parts-more-than-input", "adds fields"),
                    Map.entry("refused-output-parts-more-than-output", "adds fields"),
                    Map.entry("refused-exclusive-sum-too-large", "adds two fields"),
                    Map.entry("refused-budget-not-the-allocations", "compares two fields"),
                    Map.entry("refused-metadata-too-many-bytes", "counts bytes"),
                    Map.entry("refused-impossible-date", "knows the calendar"),
                    Map.entry("refused-long-in-utf16-units", "a schema counts code points"),
                    Map.entry("refused-half-surrogate", "a schema sees characters, not UTF-16"),
                    Map.entry("accepted-camel-case", "tolerated, not promised"),
                    Map.entry("accepted-tier-in-capitals", "tolerated, not promised"),
                    Map.entry("accepted-service-tier-in-capitals", "tolerated, not promised"));

    private static final Schema SCHEMA = schema();

    @ParameterizedTest
    @MethodSource("examples")
    void shouldJudgeExamplesAsTheirNamesSay(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(DOCS.resolve("examples").resolve(name + ".json"));
        boolean expected = name.startsWith("accepted-");

        Parsed parsed = UsageReader.fromTopic(bytes);
        List<?> errors =
                SCHEMA.validate(new String(bytes, StandardCharsets.UTF_8), InputFormat.JSON);

        assertThat(parsed instanceof Parsed.Accepted).as(parsed.toString()).isEqualTo(expected);
        assertThat(errors.isEmpty())
                .as(errors.toString())
                .isEqualTo(expected != ONLY_THE_CODE_CAN_TELL.containsKey(name));
    }

    @Test
    void shouldHaveAnExampleOfEveryKnownDifference() throws IOException {
        assertThat(examples().toList()).containsAll(ONLY_THE_CODE_CAN_TELL.keySet());
    }

    static Stream<String> examples() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("examples"))) {
            return files
                    .map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(DOCS.resolve("usage-record.schema.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
