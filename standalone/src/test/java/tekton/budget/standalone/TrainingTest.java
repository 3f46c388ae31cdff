package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A broker starts from its cache if there is one, and without one otherwise. */
final class TrainingTest {

    @TempDir Path directory;

    @AfterEach
    void forget() {
        System.clearProperty("budget.cache.directory");
    }

    @Test
    void aBrokerTakesTheCacheThatIsThere() throws IOException {
        System.setProperty("budget.cache.directory", directory.toString());
        Files.createFile(directory.resolve(Training.BROKER_CACHE));

        assertThat(Training.brokerCacheOptions())
                .contains("-XX:AOTCache=" + directory.resolve("broker.aot"));
    }

    @Test
    void aTrainingThatLeftNoCacheOfTheBrokerChangesNothing() {
        System.setProperty("budget.cache.directory", directory.toString());

        assertThat(Training.brokerCacheOptions()).isEmpty();
    }

    @Test
    void withoutATrainingNothingIsTaken() {
        assertThat(Training.brokerCacheOptions()).isEmpty();
    }
}
