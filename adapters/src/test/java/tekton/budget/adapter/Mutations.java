package tekton.budget.adapter;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages bodies, the same way for the same seed. */
public final class Mutations {

    private static final byte[] NASTY =
            Fixtures.utf8("{}[]\",:\\0-.eE\u0000\n\r truefalsnNaI%+\u00ff1e999999999");

    /** Python writes the first three; no type of Java holds the others. */
    private static final String[] NUMBERS = {
        "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "9".repeat(400)
    };

    private final SplittableRandom random;

    public Mutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A body with a few bytes changed, cut off, doubled or taken out, or numbers that are none. */
    public byte[] of(byte[] body) {
        byte[] mutated = body;
        for (int times = random.nextInt(1, 5); times > 0 && mutated.length > 1; times--) {
            int at = random.nextInt(mutated.length);
            int to = Math.min(mutated.length, at + random.nextInt(1, 40));
            mutated =
                    switch (random.nextInt(6)) {
                        case 0 -> Arrays.copyOf(mutated, at);
                        case 1 -> joined(Arrays.copyOf(mutated, at), rest(mutated, to));
                        case 2 -> joined(Arrays.copyOf(mutated, to), rest(mutated, at));
                        case 3 -> {
                            int from = random.nextInt(NASTY.length);
                            byte[] bad = Arrays.copyOfRange(NASTY, from, NASTY.length);
                            yield joined(
                                    Arrays.copyOf(mutated, at), joined(bad, rest(mutated, to)));
                        }
                        case 4 -> renumbered(mutated, at);
                        default -> {
                            byte[] changed = mutated.clone();
                            changed[at] = NASTY[random.nextInt(NASTY.length)];
                            yield changed;
                        }
                    };
        }
        return mutated;
    }

    /** The next value behind a colon becomes a number, so that the body often stays JSON. */
    private byte[] renumbered(byte[] body, int from) {
        int colon = from;
        while (colon < body.length && body[colon] != ':') {
            colon++;
        }
        if (colon == body.length) {
            return body;
        }
        int end = colon;
        while (end < body.length && body[end] != ',' && body[end] != '}') {
            end++;
        }
        byte[] number = Fixtures.utf8(NUMBERS[random.nextInt(NUMBERS.length)]);
        return joined(Arrays.copyOf(body, colon + 1), joined(number, rest(body, end)));
    }

    private static byte[] rest(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
