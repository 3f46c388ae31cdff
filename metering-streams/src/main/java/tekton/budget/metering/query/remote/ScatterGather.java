package tekton.budget.metering.query.remote;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.local.LocalPeer;
import tekton.budget.metering.query.local.Peer;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Asks whoever owns the partitions that a question is about, all at the same time, and gathers
 * their partial answers. Is one of them missing, the answer is "not ready" and names it: never the
 * sum of the others. Any thread.
 */
public final class ScatterGather {

    private static final Executor VIRTUAL = command -> Thread.ofVirtual().start(command);

    private final LocalPeer local;
    private final Owners owners;
    private final @Nullable HttpPeers others;

    /**
     * A cluster to ask.
     *
     * @param others how other instances are asked; null where this one is alone
     */
    public ScatterGather(LocalPeer local, Owners owners, @Nullable HttpPeers others) {
        this.local = local;
        this.owners = owners;
        this.others = others;
    }

    /** The partition of an id, as a list of one; without an id every partition, in order. */
    public List<Integer> partitionsOf(ShardKind shard, @Nullable String id) {
        StoreAccess stores = local.of(shard);
        return id == null ? stores.allPartitions() : List.of(stores.partitionOf(id));
    }

    /**
     * Asks about partitions, whoever owns them; and copies, where an owner cannot answer and they
     * will do.
     *
     * @param question makes the question about some of the partitions
     * @return the parts of those who had something to answer; unknown where nobody had
     */
    public <R> Answer<List<R>> ask(
            ShardKind shard,
            List<Integer> of,
            Consistency after,
            BiFunction<List<Integer>, Consistency, Question<R>> question) {
        Consistency ofOwners = after.staleAllowed() ? Consistency.NOTHING : after;
        return gather(
                shard,
                of,
                (owner, part) -> {
                    Answer<R> answer = at(owner).ask(question.apply(part, ofOwners));
                    // Copies of one owner's partitions may be with different instances.
                    return answer instanceof Answer.NotReady<R> && after.staleAllowed()
                            ? part.stream()
                                    .map(
                                            partition ->
                                                    askCopies(
                                                            owner,
                                                            question.apply(
                                                                    List.of(partition),
                                                                    Consistency.STALE_ALLOWED),
                                                            answer))
                                    .toList()
                            : List.of(answer);
                });
    }

    /**
     * Visits rows, whoever has them, in no order, one at a time.
     *
     * @param visitor is given each row's key, without its time, and its value; what it throws ends
     *     the walk and is thrown on
     * @return how many there were
     */
    public Answer<Long> visit(
            ShardKind shard,
            List<Integer> of,
            Function<List<Integer>, OfRows> question,
            BiConsumer<Bytes, byte[]> visitor) {
        OneAtATime rows = new OneAtATime(visitor);
        try {
            return gather(
                            shard,
                            of,
                            (owner, part) -> List.of(at(owner).visit(question.apply(part), rows)))
                    .map(partials -> partials.stream().mapToLong(RowCount::rows).sum());
        } catch (RuntimeException failed) {
            RuntimeException enough = rows.enough();
            throw enough == null ? failed : enough;
        }
    }

    /**
     * Whether every partition of a shard can be asked from here: what this instance owns is whole,
     * and of the rest it is known who owns it. Asks nobody.
     */
    public boolean isWhole(ShardKind shard) {
        return partitionsOf(shard, null).stream()
                .allMatch(
                        partition ->
                                local.of(shard).isOpen(shard, partition)
                                        || (others != null
                                                && owners.other(shard, partition).isPresent()));
    }

    /** Another instance, where instances are not told to ask each other. */
    private record Unasked(HostInfo host) implements Peer {

        @Override
        public <R> Answer<R> ask(Question<R> question) {
            return HttpPeers.notReady(
                    host,
                    question,
                    "owns it, and instances are not told to ask each other (no cluster secret)");
        }

        @Override
        public Answer<RowCount> visit(OfRows question, BiConsumer<Bytes, byte[]> visitor) {
            return ask(question);
        }
    }

    /** Shows rows of several instances to one visitor, until it has had enough. */
    private static final class OneAtATime implements BiConsumer<Bytes, byte[]> {

        private final BiConsumer<Bytes, byte[]> visitor;
        private @Nullable RuntimeException enough;

        private OneAtATime(BiConsumer<Bytes, byte[]> visitor) {
            this.visitor = visitor;
        }

        @Override
        public synchronized void accept(Bytes key, byte[] value) {
            if (enough != null) {
                throw new CancellationException("the walk has ended");
            }
            try {
                visitor.accept(key, value);
            } catch (RuntimeException thrown) {
                enough = thrown;
                throw new CancellationException("the walk has ended");
            }
        }

        /** What the visitor has thrown, or null. */
        synchronized @Nullable RuntimeException enough() {
            return enough;
        }
    }

    private Peer at(HostInfo host) {
        if (host.equals(owners.self())) {
            return local;
        }
        return others == null ? new Unasked(host) : others.at(host);
    }

    /** The answer of the copy that lags least; a restoring owner is one too. */
    private <R> Answer<R> askCopies(HostInfo owner, Question<R> question, Answer<R> ofOwner) {
        Set<HostInfo> candidates = new LinkedHashSet<>();
        candidates.add(owners.self());
        candidates.addAll(owners.copies(question.shard(), question.of().getFirst()));
        candidates.add(owner);
        Answer<R> best = ofOwner;
        long least = Long.MAX_VALUE;
        for (HostInfo candidate : candidates) {
            Answer<R> answer = at(candidate).ask(question);
            if (answer instanceof Answer.Stale<R>(R _, long lag)) {
                if (lag < least) {
                    best = answer;
                    least = lag;
                }
            } else if (!(answer instanceof Answer.NotReady<R>)) {
                return answer;
            }
        }
        return best;
    }

    private <R> Answer<List<R>> gather(
            ShardKind shard,
            List<Integer> of,
            BiFunction<HostInfo, List<Integer>, List<Answer<R>>> asking) {
        Map<HostInfo, List<Integer>> byOwner = new LinkedHashMap<>();
        for (int partition : of) {
            HostInfo owner =
                    local.of(shard).isOpen(shard, partition)
                            ? owners.self()
                            : owners.other(shard, partition).orElse(owners.self());
            byOwner.computeIfAbsent(owner, _ -> new ArrayList<>()).add(partition);
        }
        List<Integer> here = byOwner.remove(owners.self());
        List<CompletableFuture<List<Answer<R>>>> asked = new ArrayList<>();
        byOwner.forEach(
                (owner, part) ->
                        asked.add(
                                CompletableFuture.supplyAsync(
                                        () -> asking.apply(owner, part), VIRTUAL)));
        if (here != null) {
            asked.add(
                    CompletableFuture.supplyAsync(
                            () -> asking.apply(owners.self(), here), Runnable::run));
        }
        // All have ended before anything is thrown on. Each has its own bound.
        CompletableFuture<?>[] all = asked.toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(all).join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException visitors ? visitors : failed;
        }
        return together(asked.stream().flatMap(each -> each.join().stream()).toList());
    }

    /** One answer of all partials, in their order. */
    static <R> Answer<List<R>> together(List<Answer<R>> answers) {
        List<R> partials = new ArrayList<>();
        StringJoiner notReady = new StringJoiner("; ");
        TreeMap<Integer, Long> usage = new TreeMap<>();
        TreeMap<Integer, Long> requests = new TreeMap<>();
        boolean notReached = false;
        long lag = -1;
        for (Answer<R> answer : answers) {
            switch (answer) {
                case Answer.Found<R>(R partial) -> partials.add(partial);
                case Answer.Stale<R>(R partial, long behind) -> {
                    partials.add(partial);
                    lag = Math.max(lag, behind);
                }
                case Answer.Unknown<R>() -> {
                    // Its partial is nothing.
                }
                case Answer.NotReady<R>(Duration _, String missing) -> notReady.add(missing);
                case Answer.NotReached<R>(Positions missing) -> {
                    notReached = true;
                    usage.putAll(missing.offsets());
                    requests.putAll(missing.requests());
                }
            }
        }
        if (notReady.length() > 0) {
            return new Answer.NotReady<>(notReady.toString());
        }
        if (notReached) {
            return new Answer.NotReached<>(new Positions(usage, requests));
        }
        if (partials.isEmpty()) {
            return new Answer.Unknown<>();
        }
        return lag < 0 ? new Answer.Found<>(partials) : new Answer.Stale<>(partials, lag);
    }
}
