package tekton.budget.bench.smoke;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Where librdkafka's {@code consistent} partitioner puts a key, unlike Kafka's own. */
final class Crc32Partitioner {

    private Crc32Partitioner() {}

    /** The partition, from 0, of a key in UTF-8. */
    static int of(String key, int partitions) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }
}
