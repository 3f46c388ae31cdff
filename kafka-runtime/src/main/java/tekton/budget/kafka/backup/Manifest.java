package tekton.budget.kafka.backup;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a backup holds.
 *
 * @param format the form of the files, {@value #FORMAT}
 * @param budgetVersion the version of Budget that has saved
 * @param savedAt when, ISO 8601 in UTC
 * @param clusterId the cluster that was saved
 * @param topics every topic of Budget
 * @param groups how far its consumer groups had read
 */
record Manifest(
        int format,
        String budgetVersion,
        String savedAt,
        String clusterId,
        List<SavedTopic> topics,
        List<SavedGroup> groups) {

    static final int FORMAT = 1;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    Manifest {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
    }

    /**
     * A topic.
     *
     * @param config what it has of its own, by Kafka's names
     * @param partitions all of them, from 0
     */
    record SavedTopic(String name, Map<String, String> config, List<SavedPartition> partitions) {

        SavedTopic {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("topic: " + name);
            }
            config = Map.copyOf(config);
            partitions = List.copyOf(partitions);
            for (int i = 0; i < partitions.size(); i++) {
                if (partitions.get(i).partition() != i) {
                    throw new IllegalArgumentException(name + ": partitions not from 0");
                }
            }
        }

        /**
         * Whether its records have to keep their offsets: stores and positions name them. Those of
         * changelogs nobody names; Streams reads them from the beginning.
         */
        boolean keepsOffsets() {
            return keepsOffsets(name);
        }

        static boolean keepsOffsets(String topic) {
            return topic.startsWith("budget.");
        }
    }

    /**
     * A partition.
     *
     * @param begin the first offset that Kafka had
     * @param end the offset after the last one
     * @param records how many records there are between them
     * @param contentBytes their bytes, uncompressed
     * @param contentSha256 over the records
     * @param fileSha256 over the file; null without records, when there is no file
     */
    record SavedPartition(
            int partition,
            long begin,
            long end,
            long records,
            long contentBytes,
            String contentSha256,
            @Nullable String fileSha256) {

        SavedPartition {
            if (begin < 0 || end < begin || records < 0 || records > end - begin) {
                throw new IllegalArgumentException(
                        "%d records from %d to %d".formatted(records, begin, end));
            }
            if ((fileSha256 == null) != (records == 0)) {
                throw new IllegalArgumentException("a file without records, or records without");
            }
        }

        /** The name of its file in the directory. */
        static String file(String topic, int partition) {
            return topic + '-' + partition + ".records";
        }
    }

    /** A consumer group. */
    record SavedGroup(String name, List<SavedOffset> offsets) {

        SavedGroup {
            offsets = List.copyOf(offsets);
        }
    }

    /** How far a group had read a partition, with what it had noted beside that. */
    record SavedOffset(String topic, int partition, long offset, String metadata) {}

    /** How many records all topics have. */
    long records() {
        return topics.stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToLong(SavedPartition::records)
                .sum();
    }

    /** Their bytes, uncompressed. */
    long contentBytes() {
        return topics.stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToLong(SavedPartition::contentBytes)
                .sum();
    }

    byte[] toJson() {
        return MAPPER.writeValueAsBytes(this);
    }

    static Manifest ofJson(byte[] json) throws BackupException {
        try {
            int format = MAPPER.readTree(json).path("format").asInt(0);
            if (format != FORMAT) {
                throw new BackupException(
                        "%s: format: %d (expected: %d, what this version reads)"
                                .formatted(BackupDirectory.MANIFEST, format, FORMAT));
            }
            return MAPPER.readValue(json, Manifest.class);
        } catch (JacksonException | NullPointerException malformed) {
            throw new BackupException(
                    BackupDirectory.MANIFEST + " cannot be read: " + malformed.getMessage(),
                    malformed);
        }
    }
}
