package tekton.budget.metering.query.remote;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.Peer;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Where other instances ask this one, over HTTP: {@code POST /internal/ask/<name>}. It answers from
 * its own stores and asks nobody, so a question goes one step and no further. Any thread.
 */
public final class PeerEndpoint {

    /** What every path begins with; behind it stands the question's name. */
    public static final String PATH = "/internal/ask/";

    /** The header with a copy's lag, in changes of the state. */
    public static final String LAG = "Budget-Lag";

    static final int FOUND = 200;
    public static final int UNKNOWN = 204;
    static final int NOT_A_QUESTION = 400;
    static final int WRONG_SECRET = 401;
    static final int NOT_READY = 503;
    static final int NOT_REACHED = 504;

    /** A page of ids to look up is some 100 KiB. */
    private static final int QUESTION_BYTES_MAX = 4 << 20;

    private final PeerSecret secret;
    private final Peer local;

    public PeerEndpoint(PeerSecret secret, Peer local) {
        this.secret = secret;
        this.local = local;
    }

    /** How an answer goes out. */
    @FunctionalInterface
    public interface Reply {

        /**
         * Begins it.
         *
         * @param lag a copy's lag, or null
         * @return takes the body; the caller closes it
         */
        OutputStream begin(int status, @Nullable Long lag) throws IOException;
    }

    /**
     * Answers.
     *
     * @param presented the header {@link PeerSecret#HEADER}
     * @param name the question's
     * @throws IOException if either side of the connection fails
     */
    public void answer(@Nullable String presented, String name, InputStream body, Reply reply)
            throws IOException {
        if (!secret.matches(presented)) {
            words(reply, WRONG_SECRET, "not the cluster's secret");
            return;
        }
        Optional<Question<?>> question;
        try {
            byte[] bytes = body.readNBytes(QUESTION_BYTES_MAX + 1);
            if (bytes.length > QUESTION_BYTES_MAX) {
                throw new IllegalArgumentException("too long");
            }
            question = PeerCodec.read(name, bytes);
        } catch (IllegalArgumentException notOne) {
            words(reply, NOT_A_QUESTION, name + ": " + notOne.getMessage());
            return;
        }
        if (question.isEmpty()) {
            words(reply, NOT_A_QUESTION, name + ": not known to this version");
        } else if (question.get() instanceof OfRows rows) {
            answerRows(rows, reply);
        } else {
            answerPartial(question.get(), reply);
        }
    }

    private void answerPartial(Question<?> question, Reply reply) throws IOException {
        switch (local.ask(question)) {
            case Answer.Found<?>(Object partial) -> send(reply, null, partial);
            case Answer.Stale<?>(Object partial, long lag) -> send(reply, lag, partial);
            case Answer<?> other -> without(other, reply);
        }
    }

    private void answerRows(OfRows question, Reply reply) throws IOException {
        // Begun by the first row: without one the status tells what is the matter.
        try (RowReply rows = new RowReply(reply)) {
            switch (local.visit(question, rows)) {
                case Answer.Found<RowCount>(RowCount count) -> rows.end(count.rows(), null);
                case Answer.Stale<RowCount>(RowCount count, long lag) ->
                        rows.end(count.rows(), lag);
                case Answer<RowCount> other -> {
                    if (!rows.isBegun()) {
                        without(other, reply);
                    }
                }
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static void without(Answer<?> answer, Reply reply) throws IOException {
        switch (answer) {
            case Answer.NotReady<?> notReady -> words(reply, NOT_READY, notReady.missing());
            case Answer.NotReached<?> notReached ->
                    words(reply, NOT_REACHED, notReached.missing().toString());
            // With a header of ours: whatever stands between could answer 204 too.
            default -> reply.begin(UNKNOWN, 0L).close();
        }
    }

    private static void send(Reply reply, @Nullable Long lag, Object partial) throws IOException {
        try (OutputStream out = reply.begin(FOUND, lag)) {
            out.write(PeerCodec.writePartial(partial));
        }
    }

    private static void words(Reply reply, int status, String words) throws IOException {
        try (OutputStream out = reply.begin(status, null)) {
            out.write(words.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Rows on their way. */
    private static final class RowReply implements BiConsumer<Bytes, byte[]>, AutoCloseable {

        private final Reply reply;
        private @Nullable DataOutputStream out;

        private RowReply(Reply reply) {
            this.reply = reply;
        }

        boolean isBegun() {
            return out != null;
        }

        @Override
        public void accept(Bytes key, byte[] value) {
            try {
                RowFrames.write(begun(), key, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void end(long rows, @Nullable Long lag) throws IOException {
            RowFrames.end(begun(), rows, lag);
        }

        private DataOutputStream begun() throws IOException {
            DataOutputStream current = out;
            if (current == null) {
                current = new DataOutputStream(new BufferedOutputStream(reply.begin(FOUND, null)));
                out = current;
            }
            return current;
        }

        @Override
        public void close() throws IOException {
            DataOutputStream current = out;
            if (current != null) {
                current.close();
            }
        }
    }
}
