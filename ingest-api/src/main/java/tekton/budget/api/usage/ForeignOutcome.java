package tekton.budget.api.usage;

import tekton.budget.codec.JsonBytes;

/**
 * What became of a request in a foreign format.
 *
 * @param accepted how many records Kafka has of it
 * @param ignored how many things it told of that are no calls to count
 * @param refused how many calls could not be counted
 * @param firstRefusal why the first of them could not; empty where all could
 * @param json the same for a reader
 */
record ForeignOutcome(
        long accepted, long ignored, long refused, String firstRefusal, JsonBytes json) {}
