package tekton.budget.bench.control;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import java.util.Map;

/**
 * What a start could cost at the least with the product's web framework: Spring Boot with nothing
 * in it. A process of its own: {@code <port>}.
 */
public final class EmptyWeb {

    private EmptyWeb() {}

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setDefaultProperties(
                Map.of("server.port", arguments[0], "server.address", "127.0.0.1"));
        application.run();
        System.out.println(ControlProgram.READY);
        ControlProgram.awaitAbandoned();
        Runtime.getRuntime().halt(0);
    }

    /** No bean of its own. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Nothing {}
}
