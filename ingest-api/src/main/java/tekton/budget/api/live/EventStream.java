package tekton.budget.api.live;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.value.Positions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One stream of server-sent events, written by the thread that serves its request. */
final class EventStream {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private static final int AT_ONCE = 64;

    private final Feed feed;
    private final @Nullable UsageTail usage;
    private final Connections connections;
    private final Signal bell;
    private final EventFilter filter;
    private final HttpServletResponse response;

    /** How far this client has been told that the log goes. */
    private @Nullable Positions toldUsage;

    /**
     * Nothing is written yet.
     *
     * @param usage how far the log of usage goes; null for a client that does not ask
     */
    EventStream(
            Feed feed,
            @Nullable UsageTail usage,
            Connections connections,
            Signal bell,
            EventFilter filter,
            HttpServletResponse response) {
        this.feed = feed;
        this.usage = usage;
        this.connections = connections;
        this.bell = bell;
        this.filter = filter;
        this.response = response;
    }

    /**
     * Serves until the client is gone, is too slow, or this process stops.
     *
     * @param asked the place that the client came with, if any
     */
    void serve(@Nullable Places asked) throws InterruptedException {
        try {
            Feed.Beginning beginning = feed.begin(asked);
            Resume resume = beginning.resume();
            write(ServerSentEvent.first(resume.from()));
            if (resume.gap() != null && asked != null) {
                write(ServerSentEvent.gap(resume.gap(), asked, resume.from()));
            }
            serve(beginning.place(), resume.from());
        } catch (IOException gone) {
            LOG.debug("a stream of events ended", gone);
        }
    }

    private void serve(long place, Places read) throws IOException, InterruptedException {
        long at = place;
        Places places = read;
        bell.news();
        response.flushBuffer();
        while (true) {
            Signal.Ring ring = bell.await();
            if (ring.ending() != null) {
                write(ServerSentEvent.last("stopping", "the service stops; come again"));
                response.flushBuffer();
                return;
            }
            Feed.Batch batch = feed.read(at, AT_ONCE);
            if (batch.lost()) {
                connections.dropped();
                write(
                        ServerSentEvent.last(
                                "dropped", "events came faster than this client read them"));
                response.flushBuffer();
                return;
            }
            for (Message message : batch.messages()) {
                EventRef told = message.told();
                if (told != null && places.isAhead(told)) {
                    places = places.behind(told);
                    if (filter.wants(told)) {
                        write(ServerSentEvent.alert(places, told));
                    }
                }
            }
            at = batch.next();
            writeUsage();
            if (batch.messages().size() == AT_ONCE) {
                bell.news();
            }
            if (ring.beat()) {
                write(ServerSentEvent.heartbeat(places));
            }
            response.flushBuffer();
        }
    }

    private void writeUsage() throws IOException {
        Positions now = usage == null ? null : usage.last();
        if (now != null && !now.equals(toldUsage)) {
            write(ServerSentEvent.usage(now));
            toldUsage = now;
        }
    }

    private void write(String event) throws IOException {
        response.getOutputStream().write(event.getBytes(StandardCharsets.UTF_8));
    }
}
