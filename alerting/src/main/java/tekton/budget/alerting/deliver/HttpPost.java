package tekton.budget.alerting.deliver;

import tekton.budget.outbound.BoundedExchange;
import tekton.budget.outbound.OutboundException;
import tekton.budget.outbound.OutboundRequest;
import tekton.budget.outbound.PublicAddresses;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One POST to a stranger's server, and its status: follows no redirect, reads nothing of the answer
 * but its head, ends within a bound, and connects to the very address that was looked at before.
 * Thread-safe.
 */
final class HttpPost implements AutoCloseable {

    private final BoundedExchange exchange;

    HttpPost(boolean privateTargetsAllowed, Duration timeout) {
        exchange =
                BoundedExchange.toNamedByOthers(
                        timeout,
                        address -> privateTargetsAllowed || PublicAddresses.isPublic(address));
    }

    /**
     * Sends the body and answers the status. An interrupt is kept for later: an attempt that was
     * made is recorded as it ended.
     *
     * @throws IOException if there is no answer, or the target may not be asked; the message says
     *     which
     */
    int send(URI url, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("User-Agent", "Budget");
        try {
            return exchange.sendUninterruptibly(OutboundRequest.post(url, all, body, 0)).status();
        } catch (OutboundException none) {
            throw none.reason() == OutboundException.FailureKind.REFUSED
                    ? new IOException(
                            none.getMessage()
                                    + " (BUDGET_ALERT_ALLOW_PRIVATE_TARGETS=true allows it)",
                            none)
                    : none;
        }
    }

    @Override
    public void close() {
        exchange.close();
    }
}
