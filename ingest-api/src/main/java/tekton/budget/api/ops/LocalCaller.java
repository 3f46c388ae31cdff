package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.net.InetAddress;
import java.util.List;

/** Whether a request was made by a program on this machine. */
final class LocalCaller {

    /**
     * Browsers send the first two with what a page asks for, whichever page, and proxies on this
     * machine the others with what somebody elsewhere asks for.
     */
    private static final List<String> ON_BEHALF_OF =
            List.of("Origin", "Sec-Fetch-Site", "Forwarded", "X-Forwarded-For", "X-Real-IP");

    private LocalCaller() {}

    /**
     * Ends the request if it came from elsewhere, or on behalf of somebody who may be.
     *
     * @throws ProblemException 403
     */
    static void check(HttpServletRequest request) {
        if (!isLoopback(request.getRemoteAddr())) {
            throw refused("the request comes from " + request.getRemoteAddr());
        }
        for (String header : ON_BEHALF_OF) {
            if (request.getHeader(header) != null) {
                throw refused("the request has a header " + header);
            }
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private static ProblemException refused(String what) {
        return new ProblemException(
                Problem.of(
                        ProblemType.AUTHORIZATION_ERROR,
                        what
                                + " (expected: a program on this machine, neither a web page nor"
                                + " a proxy)"));
    }
}
