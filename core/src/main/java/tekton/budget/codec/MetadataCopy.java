package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A JSON object copied as compact text, numbers digit by digit as they were sent. Stops collecting
 * once it is past its bounds but reads on to the object's end.
 */
final class MetadataCopy {

    private final JsonBytes out = new JsonBytes(256);
    private int depth;
    private int depthMax;

    /** Copies the object that the parser stands at and leaves it at the object's end. */
    MetadataCopy(JsonParser parser) {
        copy(parser);
        while (depth > 0) {
            parser.nextToken();
            copy(parser);
        }
    }

    /** What is wrong with it, or null. */
    @Nullable FieldProblem problem(String field) {
        if (depthMax > UsageBounds.METADATA_DEPTH_MAX) {
            return FieldProblem.of(
                    ProblemKind.BOUND,
                    field,
                    Shown.described("nested " + depthMax + " deep"),
                    "at most " + UsageBounds.METADATA_DEPTH_MAX);
        }
        if (out.length() > UsageBounds.METADATA_BYTES_MAX) {
            return FieldProblem.of(
                    ProblemKind.BOUND,
                    field,
                    Shown.described("more than " + UsageBounds.METADATA_BYTES_MAX + " bytes"),
                    "at most " + UsageBounds.METADATA_BYTES_MAX);
        }
        return null;
    }

    String text() {
        return out.toString();
    }

    private void copy(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token.isStructStart()) {
            depth++;
            depthMax = Math.max(depthMax, depth);
        } else if (token.isStructEnd()) {
            depth--;
        }
        if (depthMax > UsageBounds.METADATA_DEPTH_MAX
                || out.length() > UsageBounds.METADATA_BYTES_MAX) {
            return;
        }
        switch (token) {
            case START_OBJECT -> out.open('{');
            case START_ARRAY -> out.open('[');
            case END_OBJECT -> out.close('}');
            case END_ARRAY -> out.close(']');
            case PROPERTY_NAME -> out.name(parser.currentName());
            case VALUE_STRING -> out.string(parser.getString());
            default -> out.raw(parser.getString());
        }
    }
}
