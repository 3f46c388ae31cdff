package tekton.budget.bench.hostile;

import tekton.budget.bench.hostile.TopicPoison.PoisonPlace;
import tekton.budget.bench.http.Response;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came of the requests of a leg. Thread-safe. */
final class HostileBoard {

    private static final int WRONG_KEPT = 20;
    private static final Pattern POSITION = Pattern.compile("usage-(\\d+):(\\d+)");

    private final Path wrongDirectory;
    private final long first;
    private final long planned;
    private final long begunNanos = System.nanoTime();
    private final AtomicLong done = new AtomicLong();
    private final SortedMap<String, Long> answers = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final BitSet refused = new BitSet();
    private final Set<PoisonPlace> acknowledged = new HashSet<>();
    private long wrongInAll;
    private long slowestMs;
    private String slowest = "";

    /**
     * @param wrongDirectory takes the bytes of requests whose answer was wrong
     * @param first number of the leg
     * @param planned how many there are to be, for the time left
     */
    HostileBoard(Path wrongDirectory, long first, long planned) {
        this.wrongDirectory = wrongDirectory;
        this.first = first;
        this.planned = planned;
    }

    /** Takes an answer and what is wrong with it. */
    synchronized void took(HostileRequest request, WireOutcome outcome, List<String> sentences) {
        String family = request.family().word();
        if (outcome.answers().isEmpty()) {
            count(family + (outcome.hung() ? " hung" : " closed"));
        }
        for (Response answer : outcome.answers()) {
            count(family + ' ' + answer.status());
        }
        if (outcome.millis() > slowestMs) {
            slowestMs = outcome.millis();
            slowest = request.number() + ": " + shown(request.firstLine());
        }
        if (outcome.answers().size() == 1) {
            judgeEffect(request, outcome, outcome.answers().getFirst());
        }
        for (String sentence : sentences) {
            say(request, outcome, sentence);
        }
        done.incrementAndGet();
    }

    private void judgeEffect(HostileRequest request, WireOutcome outcome, Response answer) {
        int status = answer.status();
        if (request.atomic() && !outcome.repeated() && status >= 400 && status < 500) {
            refused.set((int) (request.number() - first));
        }
        if (status == 201 && request.firstLine().contains("/usage/record")) {
            Matcher position = POSITION.matcher(answer.header("budget-position").orElse(""));
            if (position.find()) {
                acknowledged.add(
                        new PoisonPlace(
                                TopicPoison.USAGE,
                                Integer.parseInt(position.group(1)),
                                Long.parseLong(position.group(2))));
            }
        }
    }

    /** Takes a record that a topic has. */
    synchronized void written(String topic) {
        count("topic " + topic);
        done.incrementAndGet();
    }

    /** Notes what is wrong with no request in particular. */
    synchronized void failed(String sentence) {
        wrongInAll++;
        if (wrong.size() < WRONG_KEPT) {
            wrong.add(sentence);
        }
    }

    private void say(HostileRequest request, WireOutcome outcome, String sentence) {
        failed(
                "request %d (%s, %s): %s"
                        .formatted(
                                request.number(),
                                request.family().word(),
                                shown(request.firstLine()),
                                sentence));
        if (wrongInAll <= WRONG_KEPT) {
            try {
                Path file = wrongDirectory.resolve(String.valueOf(request.number()));
                Files.deleteIfExists(file);
                for (byte[] part : request.parts()) {
                    Files.write(file, part, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
                Files.writeString(
                        wrongDirectory.resolve(request.number() + "-answer"), outcome.raw());
            } catch (IOException e) {
                throw new UncheckedIOException("a wrong answer", e);
            }
        }
    }

    private static String shown(String line) {
        String clean = line.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() > 120 ? clean.substring(0, 120) + "…" : clean;
    }

    private void count(String what) {
        answers.merge(what, 1L, Long::sum);
    }

    /** Whether a request of this leg was refused as a whole. */
    synchronized boolean isRefused(long number) {
        long index = number - first;
        return index >= 0 && index <= Integer.MAX_VALUE && refused.get((int) index);
    }

    synchronized Set<PoisonPlace> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    synchronized List<String> wrong() {
        List<String> all = new ArrayList<>(wrong);
        if (wrongInAll > all.size()) {
            all.add("%d more".formatted(wrongInAll - all.size()));
        }
        return all;
    }

    long done() {
        return done.get();
    }

    /** One line: how many, how fast, how long the rest takes. */
    synchronized String progress() {
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        double rate = done.get() / Math.max(seconds, 1e-3);
        return String.format(
                Locale.ROOT,
                "%5.0f s     %,d of %,d requests, %,.0f/s, about %.0f min left; %d wrong",
                seconds,
                done.get(),
                planned,
                rate,
                Math.max(0, planned - done.get())
                        / Math.max(rate, 1e-3)
                        / TimeUnit.MINUTES.toSeconds(1),
                wrongInAll);
    }

    synchronized void report(ObjectNode figures) {
        figures.put("slowest_answer_ms", slowestMs);
        figures.put("slowest_request", slowest);
        ObjectNode counts = figures.putObject("answers");
        answers.forEach(counts::put);
    }
}
