package tekton.budget.cli.command;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds an allocation while a program runs, and releases it however the program ends. The program
 * sees {@code BUDGET_ALLOCATION_ID}, {@code BUDGET_CONTEXT_ID} and {@code BUDGET_URL}.
 */
final class RunAction implements CliAction {

    private static final String PATH = "/api/allocations";

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        List<String> program = input.arguments();
        if (program.isEmpty()) {
            throw CliFailure.usage("CMD is missing (expected: a program behind --)");
        }
        Map<String, JsonTree> body = new LinkedHashMap<>(RestAction.body(input).fields());
        body.putIfAbsent("context_id", JsonTree.of("run-" + UUID.randomUUID()));
        body.putIfAbsent(
                "component",
                JsonTree.of(String.valueOf(Path.of(program.getFirst()).getFileName())));
        JsonTree allocation =
                post(context, PATH, ApiClient.bytes(JsonTree.of(body).toString())).json();
        String id = allocation.at("allocation_id").text();
        // Also when this process is told to end: the program is told as well, by the terminal.
        AtomicBoolean released = new AtomicBoolean();
        Runnable release =
                () -> {
                    if (released.compareAndSet(false, true)) {
                        release(context, id);
                    }
                };
        Runtime.getRuntime().addShutdownHook(new Thread(release));
        int status;
        try {
            status = start(context, program, id, allocation.at("context_id").text());
        } finally {
            release.run();
        }
        if (status != 0) {
            throw new ProgramEnded(status);
        }
        return ExitCode.OK;
    }

    private static int start(
            CliContext context, List<String> program, String allocation, String contextId) {
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(context.world().directory().toFile());
        builder.inheritIO();
        builder.environment().put("BUDGET_ALLOCATION_ID", allocation);
        builder.environment().put("BUDGET_CONTEXT_ID", contextId);
        builder.environment().put("BUDGET_URL", context.client().url());
        try {
            return builder.start().waitFor();
        } catch (IOException notStarted) {
            throw CliFailure.usage(
                    "CMD: \""
                            + program.getFirst()
                            + "\" cannot be started: "
                            + notStarted.getMessage());
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED.number();
        }
    }

    private static void release(CliContext context, String id) {
        try {
            JsonTree answer =
                    post(context, PATH + "/" + ApiClient.escape(id) + "/release", null).json();
            context.err()
                    .println(
                            "budget: released "
                                    + answer.at("tokens_released").text()
                                    + " tokens of "
                                    + id);
        } catch (CliFailure failed) {
            context.err()
                    .println(
                            "budget: "
                                    + id
                                    + " is not released, and ends by itself when it expires: "
                                    + failed.text());
        }
    }

    private static ApiAnswer post(CliContext context, String path, byte @Nullable [] body) {
        return context.client()
                .send("POST", path, Map.of("Idempotency-Key", UUID.randomUUID().toString()), body)
                .orFail();
    }
}
