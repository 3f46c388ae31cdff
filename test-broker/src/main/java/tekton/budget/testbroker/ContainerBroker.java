package tekton.budget.testbroker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;

import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Objects;

/**
 * In a container of Kafka's own image, with the configuration that a broker in the JVM has. Nothing
 * is pulled: the image must be there.
 */
final class ContainerBroker implements RunningBroker {

    /** Where the image looks for a configuration that replaces its own. */
    private static final String CONFIGURATION = "/mnt/shared/config/server.properties";

    private static final String CLUSTER_ID = "QnVkZ2V0Q29tcG9zZUtmaw";
    private static final int STOP_SECONDS = 20;
    private static final long LOOK_AGAIN_MS = 50;

    private final String image;
    private final int port;
    private @Nullable GenericContainer<?> container;

    /**
     * A broker, not started.
     *
     * @param image the image's name
     * @param port where clients connect, in the container and on the host
     * @throws IllegalStateException if there is no engine to run it
     */
    ContainerBroker(String image, int port) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    "%s=container: no container engine answers (expected: one, with the image %s)"
                            .formatted(TestBroker.KIND, image));
        }
        this.image = image;
        this.port = port;
    }

    @Override
    public void start(Path configuration) throws IOException {
        GenericContainer<?> known = container;
        if (known == null) {
            create(configuration).start();
        } else {
            DockerClientFactory.lazyClient().startContainerCmd(known.getContainerId()).exec();
        }
        awaitPort();
    }

    @Override
    public void stop() {
        GenericContainer<?> running = container;
        if (running != null && running.isRunning()) {
            DockerClientFactory.lazyClient()
                    .stopContainerCmd(running.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
        }
    }

    @Override
    public void discard() {
        GenericContainer<?> known = container;
        if (known != null) {
            known.stop();
        }
    }

    /** Under the same port after a restart: clients know it by that. */
    private GenericContainer<?> create(Path configuration) {
        ExposedPort exposed = ExposedPort.tcp(port);
        GenericContainer<?> created =
                new GenericContainer<>(DockerImageName.parse(image))
                        .withImagePullPolicy(_ -> false)
                        .withEnv("CLUSTER_ID", CLUSTER_ID)
                        .withCopyFileToContainer(
                                MountableFile.forHostPath(configuration), CONFIGURATION)
                        .withExposedPorts(port)
                        .withCreateContainerCmdModifier(
                                command -> {
                                    HostConfig host =
                                            Objects.requireNonNull(command.getHostConfig());
                                    host.withPortBindings(
                                            new PortBinding(
                                                    Ports.Binding.bindIpAndPort("127.0.0.1", port),
                                                    exposed));
                                });
        container = created;
        return created;
    }

    private void awaitPort() throws IOException {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                if (System.nanoTime() - deadline > 0) {
                    throw notYet;
                }
            }
            try {
                Thread.sleep(LOOK_AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
