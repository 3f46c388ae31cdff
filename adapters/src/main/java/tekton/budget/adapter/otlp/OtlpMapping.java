package tekton.budget.adapter.otlp;

import java.util.List;

/**
 * Which attributes say whom a call belongs to. Each list is of names, the first that a span or log
 * record has, or else its resource, wins. Without any the header of the request says it, and
 * without that the trace is the context.
 *
 * @param component who made the call
 * @param context the conversation
 * @param user who asked
 * @param budget what pays; without it the API key's budget does
 * @param hostedAgents whether an {@code invoke_agent} span of kind CLIENT is a call: an agent that
 *     another service runs, whose own calls no trace shows. Where the trace does show them, they
 *     would count twice
 */
public record OtlpMapping(
        List<String> component,
        List<String> context,
        List<String> user,
        List<String> budget,
        boolean hostedAgents) {

    /**
     * The names of OpenTelemetry's conventions first, then those of Codex ({@code
     * conversation.id}), OpenLLMetry ({@code traceloop.…}) and Vercel's AI SDK ({@code
     * ai.telemetry.metadata.…}).
     */
    public static final OtlpMapping DEFAULT =
            new OtlpMapping(
                    List.of("gen_ai.agent.name", "service.name"),
                    List.of(
                            "gen_ai.conversation.id",
                            "session.id",
                            "conversation.id",
                            "traceloop.association.properties.session_id",
                            "ai.telemetry.metadata.sessionId"),
                    List.of(
                            "user.id",
                            "enduser.id",
                            "traceloop.association.properties.user_id",
                            "ai.telemetry.metadata.userId"),
                    List.of("budget.id"),
                    false);

    public OtlpMapping {
        component = List.copyOf(component);
        context = List.copyOf(context);
        user = List.copyOf(user);
        budget = List.copyOf(budget);
    }
}
