package tekton.budget.api.registry;

/**
 * A tool that Hermes is told of, for programs that look for tools there.
 *
 * @param name its name there
 * @param description one phrase
 * @param schema what it takes, JSON
 * @param path where this service executes it
 */
public record HermesTool(String name, String description, String schema, String path) {}
