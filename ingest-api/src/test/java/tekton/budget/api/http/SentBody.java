package tekton.budget.api.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

import org.springframework.mock.web.MockHttpServletRequest;

import java.io.IOException;
import java.io.InputStream;

/** A request whose body comes from a stream, of a length that nobody says. */
public final class SentBody extends MockHttpServletRequest {

    private final InputStream body;
    private long sent;

    public SentBody(String coding, InputStream body) {
        this.body = body;
        addHeader("Content-Encoding", coding);
    }

    /** How many bytes of it were taken. */
    public long sent() {
        return sent;
    }

    @Override
    public long getContentLengthLong() {
        return -1;
    }

    @Override
    public ServletInputStream getInputStream() {
        return new ServletInputStream() {
            @Override
            public int read() throws IOException {
                int next = body.read();
                sent += next < 0 ? 0 : 1;
                return next;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = body.read(into, offset, length);
                sent += Math.max(0, read);
                return read;
            }

            @Override
            public boolean isFinished() {
                return false;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException("read in turn");
            }
        };
    }
}
