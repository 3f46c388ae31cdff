package tekton.budget.kafka.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.kafka.backup.Manifest.SavedGroup;
import tekton.budget.kafka.backup.Manifest.SavedOffset;
import tekton.budget.kafka.backup.Manifest.SavedPartition;
import tekton.budget.kafka.backup.Manifest.SavedTopic;
import tekton.budget.kafka.backup.RecordFileReader.Block;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Files of records, whole and damaged. */
class RecordFileTest {

    private static final String TOPIC = "budget.usage";

    @TempDir Path directory;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = directory.resolve(SavedPartition.file(TOPIC, 0));
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, byte @Nullable [] key, byte @Nullable [] value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("origin", bytes("p-" + offset)).add("origin", null);
        return new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                1_000 + offset,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A value that does not get smaller. */
    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private SavedPartition write(List<ConsumerRecord<byte[], byte[]>> records, long end)
            throws Exception {
        try (RecordFileWriter writer = new RecordFileWriter(file, true)) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                writer.append(record);
            }
            return writer.finish(0, 3, end);
        }
    }

    private List<Block> read(SavedPartition saved) throws Exception {
        List<Block> blocks = new ArrayList<>();
        try (RecordFileReader reader = new RecordFileReader(file, saved, true)) {
            for (Block block = reader.read(); block != null; block = reader.read()) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private SavedPartition writeBlocks() throws Exception {
        byte[] large = noise(RecordFileWriter.BLOCK_BYTES / 2);
        return write(
                List.of(
                        record(5, bytes("a"), large),
                        record(6, bytes("b"), large),
                        record(9, bytes("c"), large)),
                12);
    }

    private void backUp(SavedPartition saved) throws Exception {
        BackupDirectory backup = BackupDirectory.create(directory.resolve("backup"));
        Files.move(file, backup.file(TOPIC, 0));
        backup.finish(
                new Manifest(
                        Manifest.FORMAT,
                        "0.1.0",
                        "2026-11-29T00:00:00Z",
                        "cluster",
                        List.of(new SavedTopic(TOPIC, Map.of("retention.ms", "1"), List.of(saved))),
                        List.of(
                                new SavedGroup(
                                        "budget-metering",
                                        List.of(new SavedOffset(TOPIC, 0, 12, "meta"))))));
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        SavedPartition saved =
                write(
                        List.of(
                                record(5, bytes("key"), bytes("value")),
                                record(6, null, bytes("")),
                                record(9, bytes(""), null)),
                        12);

        List<Block> blocks = read(saved);

        assertThat(saved.records()).isEqualTo(3);
        assertThat(blocks).hasSize(1);
        assertThat(blocks.getFirst().next()).isEqualTo(12);
        List<SavedRecord> records = blocks.getFirst().records();
        assertThat(records.stream().map(SavedRecord::offset)).containsExactly(5L, 6L, 9L);
        ProducerRecord<byte[], byte[]> first =
                records.get(0).toPartition(new TopicPartition(TOPIC, 0));
        assertThat(first.timestamp()).isEqualTo(1_005);
        assertThat(first.key()).isEqualTo(bytes("key"));
        assertThat(first.value()).isEqualTo(bytes("value"));
        assertThat(first.headers().toArray())
                .extracting(header -> header.value())
                .containsExactly(bytes("p-5"), null);
        assertThat(records.get(1).toPartition(new TopicPartition(TOPIC, 0)).key()).isNull();
        assertThat(records.get(2).toPartition(new TopicPartition(TOPIC, 0)).value()).isNull();
    }

    @Test
    void shouldTellWhatFollowsABlock() throws Exception {
        SavedPartition saved = writeBlocks();

        assertThat(read(saved).stream().map(Block::next)).containsExactly(9L, 12L);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldRefuseAFileThatWasCutAnywhere() throws Exception {
        SavedPartition saved = writeBlocks();
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThatThrownBy(() -> read(saved)).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void shouldRefuseAFileWithoutItsLastBlock() throws Exception {
        SavedPartition saved = writeBlocks();
        byte[] whole = Files.readAllBytes(file);
        int second = RecordFileWriter.BEGIN.length + RecordFileWriter.HEADER_BYTES;
        second += ByteBuffer.wrap(whole).getInt(RecordFileWriter.BEGIN.length + 4);
        Files.write(file, Arrays.copyOf(whole, second));

        assertThatThrownBy(() -> read(saved))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("has 2 records up to 9 (expected: 3 up to 12)");
    }

    @Test
    void shouldRefuseAFileInWhichAByteHasChanged() throws Exception {
        SavedPartition saved =
                write(List.of(record(5, bytes("a"), noise(64)), record(6, null, noise(32))), 7);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            Files.write(file, changed);
            assertThatThrownBy(() -> read(saved))
                    .as("byte " + i)
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void shouldRefuseRecordsThatAreNotInOrder() throws Exception {
        SavedPartition saved =
                write(List.of(record(6, null, noise(8)), record(5, null, noise(8))), 7);

        assertThatThrownBy(() -> read(saved))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("not in order");
    }

    @Test
    void shouldCheckAWholeBackup() throws Exception {
        backUp(writeBlocks());
        Path backup = directory.resolve("backup");
        List<String> said = new ArrayList<>();

        BackupCheck.run(backup, said::add);

        assertThat(said).last().asString().startsWith("Whole: 3 records of Budget 0.1.0");
        Manifest manifest = BackupDirectory.open(backup).manifest();
        assertThat(manifest.topics().getFirst().config()).containsEntry("retention.ms", "1");
        assertThat(manifest.groups().getFirst().offsets())
                .containsExactly(new SavedOffset(TOPIC, 0, 12, "meta"));
    }

    @Test
    void shouldRefuseWhatIsNoWholeBackup() throws Exception {
        backUp(writeBlocks());
        Path backup = directory.resolve("backup");

        Path manifest = backup.resolve(BackupDirectory.MANIFEST);
        String whole = Files.readString(manifest);
        Files.writeString(manifest, whole.replace("\"offset\" : 12", "\"offset\" : 13"));
        assertRefused(backup, "has changed");
        Files.writeString(manifest, whole);

        Path records = backup.resolve(SavedPartition.file(TOPIC, 0));
        Files.move(records, backup.resolve("away"));
        assertRefused(backup, "is missing");
        Files.move(backup.resolve("away"), records);

        Files.delete(backup.resolve(BackupDirectory.SUMS));
        assertRefused(backup, "no backup, or one that was not finished");
        assertRefused(directory.resolve("nothing"), "is no directory");
    }

    private static void assertRefused(Path backup, String why) {
        assertThatThrownBy(() -> BackupCheck.run(backup, line -> {}))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining(why);
    }

    @Test
    void shouldSaveOnlyWhereNothingElseIs() throws Exception {
        backUp(writeBlocks());
        Path backup = directory.resolve("backup");
        assertThatThrownBy(() -> BackupDirectory.create(backup))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("holds a backup already");

        // What an unfinished one has left.
        Files.delete(backup.resolve(BackupDirectory.SUMS));
        BackupDirectory.create(backup);
        assertThat(backup).isEmptyDirectory();

        Files.writeString(backup.resolve("letter.txt"), "mine");
        assertThatThrownBy(() -> BackupDirectory.create(backup))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("holds letter.txt");
        assertThat(backup.resolve("letter.txt")).exists();
    }

    @Test
    void shouldRefuseAnotherForm() {
        assertThatThrownBy(() -> Manifest.ofJson(bytes("{\"format\": 2}")))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("format: 2 (expected: 1");
        assertThatThrownBy(() -> Manifest.ofJson(bytes("{\"format\": 1}")))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void shouldKnowWhichVersionIsNewer() {
        assertThat(VersionOrder.isNewer("0.10.0", "0.9.1")).isTrue();
        assertThat(VersionOrder.isNewer("0.9.1", "0.9.1")).isFalse();
        assertThat(VersionOrder.isNewer("0.9.1", "1.0.0")).isFalse();
        assertThat(VersionOrder.isNewer("9.0.0", "mine")).isFalse();
    }

    @Test
    void shouldSayHowFarItIs() {
        List<String> said = new ArrayList<>();
        long[] now = {0};
        TransferProgress progress = new TransferProgress("saved", 4_000, said::add, () -> now[0]);
        progress.add(500);
        now[0] = 5_000_000_000L;
        progress.add(500);

        assertThat(said).containsExactly("  saved 1,000 of 4,000 records, 200/s, about 15 s left");
    }
}
