package tekton.budget.metering.store;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Runs a processor's last step before each commit: write to the stores, and forward, what has
 * gathered in memory since the commit before.
 *
 * <p>It is a store without content, because Streams flushes the caches of a task's stores as the
 * first step of preparing a commit, for every kind of commit there is (by time, by request, by
 * another task of the thread, before a rebalance, on close). That is the one moment from which
 * offsets, stores, changelogs and outputs go into the same transaction, and there is no public hook
 * for it: a punctuator runs at other times, so what it would leave in memory could be lost while
 * its offsets are committed. Streams' own caching stores rest on the same call ({@code
 * CachedStateStore}, internal, checked against 4.2.2 by tests).
 *
 * <p>A commit flushes task by task, and each flush waits for the broker. So the first hook of a
 * stream thread that is called runs those of all its tasks: everything is on its way before the
 * first wait, and the later flushes find nothing to wait for. Should a commit ever cover the first
 * task only, the others' writes are committed without their offsets; their stores say how far they
 * have read, so nothing is counted again.
 *
 * <p>If the commit fails the task is closed, its stores are wiped and rebuilt and its processors
 * initialised anew; a processor drops in {@code init} what it had in memory.
 *
 * <p>That a commit has succeeded only the producer of the stream thread knows: whoever makes it has
 * it call {@link #committed}.
 */
public final class CommitHook implements StateStore, CachedStateStore<Object, Object> {

    /** The attached hooks of this stream thread's tasks. */
    private static final ThreadLocal<Set<CommitHook>> OF_THREAD =
            ThreadLocal.withInitial(LinkedHashSet::new);

    private final String name;
    private @Nullable InternalProcessorContext<?, ?> context;
    private @Nullable ProcessorNode<?, ?, ?, ?> node;
    private @Nullable Runnable beforeCommit;
    private @Nullable LongConsumer afterCommit;
    private @Nullable Runnable whenQuiet;
    private boolean open;

    private CommitHook(String name) {
        this.name = name;
    }

    /** Builds the hook of a processor. Not logged: it holds nothing. */
    public static StoreBuilder<CommitHook> builder(String name) {
        return PlainStoreBuilder.unlogged(name, CommitHook::new);
    }

    /**
     * Names what to run; called in the processor's {@code init}.
     *
     * @param processorContext the processor's own context
     * @param step runs on the stream thread, possibly several times per commit; may write to stores
     *     and forward
     * @param told runs on the stream thread when all that the task has read so far is committed,
     *     with the time, epoch milliseconds
     */
    public void attach(ProcessorContext<?, ?> processorContext, Runnable step, LongConsumer told) {
        context = (InternalProcessorContext<?, ?>) processorContext;
        node = context.currentNode();
        beforeCommit = step;
        afterCommit = told;
        OF_THREAD.get().add(this);
    }

    /**
     * Names what to run, on the stream thread, when all that has come in is processed and nothing
     * more is there yet; called in the processor's {@code init}. It may ask for a commit.
     */
    public void onQuiet(Runnable step) {
        whenQuiet = step;
    }

    /**
     * Runs nothing any more; called in the processor's {@code close}. A task that becomes a copy
     * keeps its stores, this one too, and may come back on another thread.
     */
    public void detach() {
        beforeCommit = null;
        afterCommit = null;
        whenQuiet = null;
        OF_THREAD.get().remove(this);
    }

    /**
     * The transaction of this stream thread is committed, and with it all that its tasks have read.
     *
     * @param nowMs the time, epoch milliseconds
     */
    public static void committed(long nowMs) {
        for (CommitHook hook : OF_THREAD.get()) {
            LongConsumer told = hook.afterCommit;
            if (told != null) {
                told.accept(nowMs);
            }
        }
    }

    /** Nothing more is there for this stream thread: said by those of its clients that know. */
    public static void quiet() {
        for (CommitHook hook : OF_THREAD.get()) {
            Runnable step = hook.whenQuiet;
            if (step != null) {
                step.run();
            }
        }
    }

    @Override
    public void flushCache() {
        runStep();
        OF_THREAD.get().forEach(CommitHook::runStep);
    }

    private void runStep() {
        InternalProcessorContext<?, ?> ctx = context;
        ProcessorNode<?, ?, ?, ?> own = node;
        Runnable step = beforeCommit;
        if (ctx == null || own == null || step == null) {
            return;
        }
        ProcessorRecordContext recordBefore = ctx.recordContext();
        ProcessorNode<?, ?, ?, ?> nodeBefore = ctx.currentNode();
        ctx.setRecordContext(
                new ProcessorRecordContext(
                        ctx.currentSystemTimeMs(), -1, -1, null, new RecordHeaders()));
        ctx.setCurrentNode(own);
        try {
            step.run();
        } finally {
            ctx.setRecordContext(recordBefore);
            ctx.setCurrentNode(nodeBefore);
        }
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        open = true;
        stateStoreContext.register(root, (key, value) -> {});
    }

    @Override
    public boolean setFlushListener(
            CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void clearCache() {
        // What waits belongs to the processor, which drops it in init.
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void flush() {
        // There is nothing below.
    }

    @Override
    public void close() {
        open = false;
        detach();
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
