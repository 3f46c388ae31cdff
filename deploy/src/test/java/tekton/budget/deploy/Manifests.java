package tekton.budget.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The directory of manifests, what kustomize makes of it, and its resources as models. */
final class Manifests {

    static final Path DIRECTORY = Path.of("kubernetes");

    private static final Pattern BETWEEN = Pattern.compile("(?m)^---$");
    private static final KubernetesSerialization MODELS = models();
    private static final long RENDER_SECONDS = 60;

    private Manifests() {}

    private static KubernetesSerialization models() {
        KubernetesSerialization models = new KubernetesSerialization();
        List.of(Kafka.class, KafkaNodePool.class, KafkaTopic.class, KafkaUser.class)
                .forEach(models::registerKubernetesResource);
        return models;
    }

    /**
     * What {@code kubectl kustomize} prints.
     *
     * @param overlay a directory of {@link #DIRECTORY}
     * @return null where there is no kubectl
     */
    static @Nullable String rendered(String overlay) throws IOException, InterruptedException {
        Process process;
        Path out = Files.createTempFile("rendered", ".yaml");
        Path errors = Files.createTempFile("rendered", ".err");
        try {
            process =
                    new ProcessBuilder(
                                    "kubectl", "kustomize", DIRECTORY.resolve(overlay).toString())
                            .redirectOutput(out.toFile())
                            .redirectError(errors.toFile())
                            .start();
        } catch (IOException absent) {
            return null;
        }
        try {
            assertThat(process.waitFor(RENDER_SECONDS, TimeUnit.SECONDS)).as("rendered").isTrue();
            assertThat(Files.readString(errors)).isEmpty();
            assertThat(process.exitValue()).isZero();
            return Files.readString(out);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(errors);
        }
    }

    /** The resources of a text of several documents. */
    static List<HasMetadata> resources(String yaml) {
        List<HasMetadata> resources = new ArrayList<>();
        for (String document : BETWEEN.split(yaml, -1)) {
            Object resource = MODELS.unmarshal(document);
            resources.add((HasMetadata) resource);
        }
        return resources;
    }
}
