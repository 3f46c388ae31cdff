package tekton.budget.topic;

import org.apache.kafka.common.utils.Utils;

import java.nio.charset.StandardCharsets;

/** Where a key belongs: Kafka's own default, {@code murmur2(key) & 0x7fffffff, modulo count}. */
public final class Partitions {

    private Partitions() {}

    /** The partition, from 0, of a text key in UTF-8. */
    public static int of(String key, int count) {
        return of(key.getBytes(StandardCharsets.UTF_8), count);
    }

    /** The partition, from 0, of a key. */
    public static int of(byte[] key, int count) {
        return Utils.toPositive(Utils.murmur2(key)) % count;
    }
}
