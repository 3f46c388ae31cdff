package tekton.budget.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class ManifestsTest {

    private static final Pattern SETTING = Pattern.compile("(?:BUDGET|KAFKA)_[A-Z_]+");

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Manifests.DIRECTORY)) {
            return all
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldHaveNoFieldThatTheApiDoesNotKnow(Path file) throws IOException {
        assertThat(Manifests.resources(Files.readString(file)))
                .isNotEmpty()
                .allSatisfy(resource -> assertThat(UnknownFields.of(resource)).isEmpty());
    }

    @Test
    void shouldSeeAFieldThatTheApiDoesNotKnow() {
        List<HasMetadata> resources =
                Manifests.resources(
                        """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: any}
                        spec:
                          template:
                            spec:
                              containers:
                                - {name: budget, livenesProbe: {}}
                        """);

        assertThat(UnknownFields.of(resources.getFirst()))
                .containsExactly(".spec.template.spec.containers[0].livenesProbe");
    }

    @Test
    void shouldSetOnlyWhatIsASetting() throws IOException {
        Set<String> documented = words(Files.readString(Path.of("..", "docs", "configuration.md")));

        assertThat(words(files().map(ManifestsTest::text).collect(Collectors.joining("\n"))))
                .isNotEmpty()
                .isSubsetOf(documented);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "strimzi"})
    void shouldRenderToPodsThatFitTogether(String overlay)
            throws IOException, InterruptedException {
        String yaml = Manifests.rendered(overlay);
        assumeTrue(yaml != null, "there is no kubectl");
        List<HasMetadata> resources = Manifests.resources(yaml);
        List<PodTemplateSpec> pods = pods(resources);

        assertThat(pods).hasSize(3).allSatisfy(ManifestsTest::assertWhole);
        for (HasMetadata resource : resources) {
            assertThat(UnknownFields.of(resource)).as(resource.getKind()).isEmpty();
            Map<String, String> selector = selector(resource);
            if (selector != null) {
                assertThat(pods)
                        .as(resource.getFullResourceName() + " " + resource.getMetadata().getName())
                        .anySatisfy(
                                pod ->
                                        assertThat(pod.getMetadata().getLabels())
                                                .containsAllEntriesOf(selector));
            }
        }
    }

    private static void assertWhole(PodTemplateSpec pod) {
        List<String> volumes =
                new ArrayList<>(pod.getSpec().getVolumes().stream().map(Volume::getName).toList());
        // Of a StatefulSet's claim.
        volumes.add("data");
        List<Container> containers = new ArrayList<>(pod.getSpec().getInitContainers());
        containers.addAll(pod.getSpec().getContainers());
        assertThat(containers)
                .allSatisfy(
                        container -> {
                            assertThat(container.getImage()).isEqualTo("budget:local");
                            assertThat(container.getVolumeMounts())
                                    .extracting(VolumeMount::getName)
                                    .isSubsetOf(volumes)
                                    .doesNotHaveDuplicates();
                            assertThat(container.getResources().getLimits()).containsKey("memory");
                            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                                    .isTrue();
                        });
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/part-of", "budget");
        assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    }

    private static List<PodTemplateSpec> pods(List<HasMetadata> resources) {
        return resources.stream()
                .flatMap(
                        resource ->
                                switch (resource) {
                                    case StatefulSet set -> Stream.of(set.getSpec().getTemplate());
                                    case Deployment deployment ->
                                            Stream.of(deployment.getSpec().getTemplate());
                                    default -> Stream.<PodTemplateSpec>empty();
                                })
                .toList();
    }

    private static @Nullable Map<String, String> selector(HasMetadata resource) {
        return switch (resource) {
            case Service service -> service.getSpec().getSelector();
            case PodDisruptionBudget budget -> budget.getSpec().getSelector().getMatchLabels();
            case StatefulSet set -> set.getSpec().getSelector().getMatchLabels();
            case Deployment deployment -> deployment.getSpec().getSelector().getMatchLabels();
            default -> null;
        };
    }

    private static Set<String> words(String text) {
        return SETTING.matcher(text)
                .results()
                .map(java.util.regex.MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
