package tekton.budget.bench.hostile;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param parts in this order, with pauses between them
 * @param proper whether it is HTTP that everybody understands, so that silence is no answer
 * @param keeps whether its connection may serve for another one
 * @param atomic whether a refusal means that nothing of it was taken
 */
record HostileRequest(
        long number,
        HostileFamily family,
        List<byte[]> parts,
        int pauseMs,
        boolean proper,
        boolean keeps,
        boolean atomic) {

    /** A request in one piece. */
    static HostileRequest of(
            long number, HostileFamily family, byte[] bytes, boolean proper, boolean keeps) {
        return new HostileRequest(number, family, List.of(bytes), 0, proper, keeps, false);
    }

    /** The method and the target, or whatever stands there. */
    String firstLine() {
        String text = new String(parts.getFirst(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\r');
        return end < 0 ? text : text.substring(0, end);
    }
}
