package tekton.budget.api.mcp;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The headers of the protocol; each null when it was not sent.
 *
 * @param version {@code MCP-Protocol-Version}
 * @param method {@code Mcp-Method}
 * @param name {@code Mcp-Name}, as it was sent
 */
record McpHeaders(@Nullable String version, @Nullable String method, @Nullable String name) {

    private static final String CODED = "=?base64?";
    private static final String CODED_END = "?=";

    static McpHeaders of(HttpServletRequest request) {
        return new McpHeaders(
                request.getHeader("MCP-Protocol-Version"),
                request.getHeader("Mcp-Method"),
                request.getHeader("Mcp-Name"));
    }

    /** The name as it is meant: what no header can carry comes in Base64. Null for none. */
    @Nullable String plainName() {
        if (name == null || !name.startsWith(CODED) || !name.endsWith(CODED_END)) {
            return name;
        }
        int end = name.length() - CODED_END.length();
        if (end < CODED.length()) {
            return name;
        }
        try {
            return new String(
                    Base64.getDecoder().decode(name.substring(CODED.length(), end)),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
