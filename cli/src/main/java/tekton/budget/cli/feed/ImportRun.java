package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.CliWorld;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Imports one file: reads lines, sends them in batches, a few at a time, and notes how far it is
 * after each, in the order of the file. Its memory does not grow with the file.
 */
public final class ImportRun {

    private static final int AT_A_TIME = 4;
    private static final int BATCH_CHARACTERS = 1 << 20;
    private static final int HEAD_MAX = 1 << 16;
    private static final int ID_BYTES = 16;

    /** A batch on its way. */
    private record SentBatch(LineBatch batch, Future<JsonTree> answer) {}

    /** Counts what was read of the file as it lies on the disk. */
    private static final class CountingStream extends FilterInputStream {
        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            int read = super.read(buffer, from, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count += skipped;
            return skipped;
        }
    }

    private final ImportOrder order;
    private final CliWorld world;
    private final ApiClient client;
    private final MessageDigest digest = sha256();
    private final @Nullable Path stateFile;
    private final Path refusedFile;

    public ImportRun(ImportOrder order, CliWorld world, ApiClient client) {
        this.order = order;
        this.world = world;
        this.client = client;
        Path file = order.file();
        Path beside = file == null ? world.directory().resolve("standard-input") : file;
        Path folder = beside.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder)) {
            String name = hex(beside.toAbsolutePath().toString()).substring(0, ID_BYTES);
            beside = world.cache().resolve("imports").resolve(name);
        }
        this.stateFile = file == null ? null : sibling(beside, ".budget-import");
        this.refusedFile = sibling(beside, ".refused.jsonl");
    }

    private static Path sibling(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** Imports what is not yet in; the summary is printed on the way out. */
    public ExitCode run() {
        try {
            return imported();
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private CliFailure unreadable(IOException cause) {
        String name = String.valueOf(order.file());
        if (cause instanceof NoSuchFileException) {
            return new CliFailure(
                    ExitCode.NOT_FOUND, name + ": there is no such file", cause, List.of());
        }
        return new CliFailure(
                ExitCode.FAILED,
                name + ": cannot be read: " + cause.getMessage(),
                cause,
                List.of());
    }

    private ExitCode imported() throws IOException {
        ImportState begin = begin();
        if (begin.begun()) {
            world.err()
                    .println(
                            "Going on at line "
                                    + ImportProgress.number(begin.line())
                                    + "; "
                                    + ImportProgress.number(begin.accepted())
                                    + " lines are in.");
            world.err().flush();
        }
        CountingStream counted = new CountingStream(in());
        Path file = order.file();
        ImportProgress progress =
                new ImportProgress(
                        world.err(), world.asks(), file == null ? 0 : ImportFile.size(file));
        ExecutorService senders =
                Executors.newFixedThreadPool(
                        AT_A_TIME, Thread.ofPlatform().daemon().name("sender-", 0).factory());
        ImportState state = begin;
        long unfinished;
        try (ImportFile lines = open(counted);
                RefusedLines refused = new RefusedLines(refusedFile, begin.refusedBytes())) {
            lines.skipTo(begin.bytes(), begin.line());
            BatchSender sender = new BatchSender(client, order.patience());
            Deque<SentBatch> sent = new ArrayDeque<>();
            LineBatch batch = read(lines, begin.shiftSeconds());
            while (!batch.isEmpty() || !sent.isEmpty()) {
                if (!batch.isEmpty()) {
                    byte[] body = batch.body();
                    boolean nothing = batch.size() == 0;
                    sent.add(
                            new SentBatch(
                                    batch,
                                    senders.submit(
                                            () -> nothing ? JsonTree.NULL : sender.send(body))));
                    batch = read(lines, begin.shiftSeconds());
                }
                if (sent.size() == AT_A_TIME || batch.isEmpty()) {
                    state = settle(sent.remove(), state, refused);
                    progress.at(
                            counted.count,
                            done(state) - done(begin),
                            state.refused() - begin.refused());
                }
            }
            unfinished = lines.unfinished();
        } finally {
            progress.end();
            senders.shutdownNow();
        }
        return summary(begin, state, unfinished, progress);
    }

    private static long done(ImportState state) {
        return state.accepted() + state.refused() + state.skipped();
    }

    private InputStream in() throws IOException {
        Path file = order.file();
        return file == null ? world.in() : Files.newInputStream(file);
    }

    /** Whether the end of what is read is the end of its last line. A regular file may grow. */
    private boolean complete() {
        Path file = order.file();
        return order.whole() || file == null || !Files.isRegularFile(file);
    }

    private ImportFile open(InputStream in) throws IOException {
        ImportFile lines = ImportFile.open(in, complete());
        if (lines.isCsv() && !lines.columns().isEmpty()) {
            CliFailure missing = order.mapping().missing(new LinkedHashSet<>(lines.columns()));
            if (missing != null) {
                throw missing;
            }
        }
        return lines;
    }

    /** The next batch; an empty one at the end. */
    private LineBatch read(ImportFile lines, long shiftSeconds) throws IOException {
        LineBatch batch = new LineBatch();
        Duration shift = Duration.ofSeconds(shiftSeconds);
        while (batch.lines() < order.batchLines() && batch.characters() < BATCH_CHARACTERS) {
            SourceLine line = lines.next();
            if (line == null) {
                break;
            }
            try {
                JsonTree row = lines.row(line);
                if (order.mapping().skips(row)) {
                    batch.skip();
                } else {
                    batch.add(line.number(), order.mapping().record(row, id(line), shift));
                }
            } catch (UnfitLineException unfit) {
                batch.addUnfit(line.number(), unfit.text(), RefusedLines.text(line.bytes()));
            }
            batch.upTo(line.end(), lines.number());
        }
        return batch;
    }

    /** The same for the same line of the same source, whenever it is read. */
    private String id(SourceLine line) {
        digest.reset();
        digest.update(
                (order.source() + "\n" + line.number() + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(line.bytes());
        return "import-" + HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    }

    /** Waits for the oldest batch, and notes how far the file is in. */
    private ImportState settle(SentBatch sent, ImportState state, RefusedLines refused) {
        JsonTree answer;
        try {
            answer = sent.answer().get();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.INTERRUPTED, "interrupted; " + goOn(state));
        } catch (ExecutionException failed) {
            CliFailure cause =
                    failed.getCause() instanceof CliFailure told
                            ? told
                            : new CliFailure(
                                    ExitCode.FAILED,
                                    String.valueOf(failed.getCause()),
                                    failed,
                                    List.of());
            List<String> hints = new java.util.ArrayList<>(cause.hints());
            hints.add(goOn(state));
            throw new CliFailure(cause.code(), cause.text(), cause, hints);
        }
        LineBatch batch = sent.batch();
        batch.unfit()
                .forEach(
                        unfit -> refused.add(unfit.line(), "unfit", unfit.message(), unfit.text()));
        for (JsonTree refusal : answer.at("refusals").items()) {
            int index = refusal.at("index").amount().intValue();
            refused.add(
                    batch.line(index),
                    refusal.at("code").text(),
                    refusal.at("message").text(),
                    batch.record(index));
        }
        ImportState next =
                new ImportState(
                        state.settings(),
                        state.head(),
                        state.headBytes(),
                        batch.end(),
                        batch.nextLine(),
                        state.accepted() + answer.at("accepted").amount().longValue(),
                        state.refused()
                                + batch.unfit().size()
                                + answer.at("refused").amount().longValue(),
                        state.skipped() + batch.skipped(),
                        refused.bytes(),
                        state.shiftSeconds());
        if (stateFile != null) {
            next.write(stateFile);
        }
        return next;
    }

    private String goOn(ImportState state) {
        return ImportProgress.number(state.accepted())
                + " lines are in; the same command goes on from there";
    }

    private ExitCode summary(
            ImportState begin, ImportState state, long unfinished, ImportProgress progress) {
        long lines = done(state) - done(begin);
        long refused = state.refused() - begin.refused();
        world.out()
                .println(
                        ImportProgress.number(state.accepted() - begin.accepted())
                                + " lines accepted, "
                                + ImportProgress.number(refused)
                                + " refused"
                                + (state.skipped() == begin.skipped()
                                        ? ""
                                        : ", "
                                                + ImportProgress.number(
                                                        state.skipped() - begin.skipped())
                                                + " left out (answers from a cache)")
                                + ", "
                                + progress.speed(lines));
        if (unfinished > 0) {
            tellUnfinished(unfinished, world);
        } else if (lines == 0 && begin.begun()) {
            world.out().println("Nothing new: the whole file was in. --restart sends it again.");
        }
        if (refused > 0) {
            world.err().println("Refused lines and their reasons: " + refusedFile);
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    /** Says that the last line was left: its writer may be in the middle of it. */
    static void tellUnfinished(long line, CliWorld world) {
        world.out()
                .println(
                        "Line "
                                + ImportProgress.number(line)
                                + ", the last, has no line end and was left for the next run;"
                                + " --whole sends it.");
    }

    /** Where to begin: anew, or where an earlier run stopped. */
    private ImportState begin() throws IOException {
        String settings =
                hex(
                        client.url()
                                + "\n"
                                + order.source()
                                + "\n"
                                + order.mapping().describe()
                                + "\n"
                                + order.shiftToNow());
        Path file = order.file();
        if (file == null || stateFile == null) {
            return ImportState.begin(settings, "", 0, 0);
        }
        Files.createDirectories(stateFile.toAbsolutePath().getParent());
        if (order.restart()) {
            Files.deleteIfExists(stateFile);
            Files.deleteIfExists(refusedFile);
        }
        ImportState found = ImportState.read(stateFile);
        if (found == null) {
            long shift = order.shiftToNow() ? shiftOf(file) : 0;
            byte[] head = head(file, HEAD_MAX);
            return ImportState.begin(settings, hexOf(head), head.length, shift);
        }
        if (!found.settings().equals(settings)) {
            throw CliFailure.usage(
                    stateFile
                            + ": of an import with other options or to another Budget (expected:"
                            + " the same)",
                    "repeat the command that began it, or begin anew with --restart");
        }
        if (!hexOf(head(file, found.headBytes())).equals(found.head())) {
            throw CliFailure.usage(
                    file
                            + ": begins otherwise than the file that was begun (expected: the same"
                            + " file, perhaps longer)",
                    "begin anew with --restart");
        }
        return found;
    }

    private static byte[] head(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytes);
        }
    }

    /** How many seconds lie between the last call of the file and now. Reads the whole file. */
    private long shiftOf(Path file) throws IOException {
        Instant last = Instant.MIN;
        try (ImportFile lines = open(Files.newInputStream(file))) {
            for (SourceLine line = lines.next(); line != null; line = lines.next()) {
                try {
                    Instant time = order.mapping().time(lines.row(line));
                    last = time != null && time.isAfter(last) ? time : last;
                } catch (UnfitLineException unfit) {
                    // It is refused when its turn comes.
                }
            }
        }
        if (last.equals(Instant.MIN)) {
            throw CliFailure.usage(
                    file + ": no line has a time (expected: some, for --shift-to-now)",
                    "name their column: --map timestamp=COLUMN");
        }
        return Duration.between(last, Instant.now()).toSeconds();
    }

    /** Reads everything and sends nothing: what would be refused here, and the first record. */
    public ExitCode dryRun(int mistakesShown, Duration oldest) {
        try (ImportFile lines = open(in())) {
            Path file = order.file();
            Duration shift =
                    Duration.ofSeconds(order.shiftToNow() && file != null ? shiftOf(file) : 0);
            return DryRun.run(
                    lines, order.mapping(), shift, this::id, world, mistakesShown, oldest);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private static String hex(String text) {
        return hexOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hexOf(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
