package tekton.budget.api.config;

import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11OutputBuffer;
import org.apache.coyote.http11.Http11Processor;
import org.apache.coyote.http11.OutputFilter;

import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.lane.LaneEndpoint;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;

/**
 * HTTP/1.1 as Tomcat speaks it, and a status line that says why. Tomcat leaves the reason phrase
 * (RFC 9112 §4) empty and has no setting for it; Python's {@code requests}, and with it Tekton's
 * command line, shows of a failure nothing else.
 *
 * <p>Tomcat makes what writes the status line itself and keeps it in a private field, so that is
 * replaced once per connection's processor. A Tomcat without that field fails the start, and a test
 * before that.
 */
public final class ReasonedHttp extends Http11NioProtocol {

    private final LaneEndpoint endpoint;

    /** With a lane for plain requests, once it is told which. */
    public ReasonedHttp() {
        this(new LaneEndpoint());
    }

    private ReasonedHttp(LaneEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Where connections arrive. */
    public LaneEndpoint lane() {
        return endpoint;
    }

    @Override
    protected Processor createProcessor() {
        return new ReasonedProcessor(this, getAdapter());
    }

    private static final class ReasonedProcessor extends Http11Processor {

        private static final Field OUTPUT_BUFFER = outputBuffer();

        ReasonedProcessor(ReasonedHttp protocol, Adapter adapter) {
            super(protocol, adapter);
            try {
                Http11OutputBuffer plain = (Http11OutputBuffer) OUTPUT_BUFFER.get(this);
                StatusLine reasoned =
                        new StatusLine(response, protocol.getMaxHttpResponseHeaderSize());
                for (OutputFilter filter : plain.getFilters()) {
                    reasoned.addFilter(filter);
                }
                OUTPUT_BUFFER.set(this, reasoned);
                response.setOutputBuffer(reasoned);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("Tomcat's output buffer cannot be replaced", e);
            }
        }

        private static Field outputBuffer() {
            try {
                Field field = Http11Processor.class.getDeclaredField("outputBuffer");
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("this Tomcat has no output buffer to replace", e);
            }
        }
    }

    private static final class StatusLine extends Http11OutputBuffer {

        StatusLine(Response response, int headerBytesMax) {
            super(response, headerBytesMax);
        }

        /** The phrase comes as a header that is not sent. */
        @Override
        public void sendStatus(int status) {
            String reason = response.getMimeHeaders().getHeader(ProblemResponse.REASON);
            if (reason == null) {
                super.sendStatus(status);
            } else {
                response.getMimeHeaders().removeHeader(ProblemResponse.REASON);
                write(
                        "HTTP/1.1 %d %s\r\n"
                                .formatted(status, reason)
                                .getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
