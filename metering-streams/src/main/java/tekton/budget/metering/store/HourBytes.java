package tekton.budget.metering.store;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.HourUse;
import tekton.budget.metering.usage.HourUse.HourPart;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a context has used in one cell of time as a store value, frozen: its totals as {@link
 * TotalsBytes} with parts, a byte with the number of parts, a byte with the number of texts, each
 * text with its length in two bytes, and the parts. A part is a byte for the tier (-1: not told
 * apart, and no texts follow), the places of budget, component, provider, model, task type and user
 * among the texts, a byte each (user -1: none), and, unless it is the only one, its sum: input,
 * output, cached input, cache write, reasoning, unpriced and estimated tokens, dollars,
 * pico-dollars, records, and how much later than the whole it begins and earlier it ends, each in
 * groups of seven bits, the lowest first. Older versions read the totals and take the rest for
 * parts that they do not know.
 */
public final class HourBytes {

    private static final byte NONE = -1;
    private static final int PLACES = 6;

    /** Twelve numbers of at most ten bytes. */
    private static final int SUM_MAX = 12 * 10;

    private static final int LOW_BITS = 0x7f;
    private static final int MORE = 0x80;

    private HourBytes() {}

    public static byte[] write(HourUse use) {
        if (use.parts().isEmpty()) {
            return TotalsBytes.write(use.totals());
        }
        Map<String, Integer> places = new LinkedHashMap<>();
        for (HourPart each : use.parts()) {
            Cell cell = each.cell();
            if (cell != null) {
                for (String text : texts(cell)) {
                    places.putIfAbsent(text, places.size());
                }
            }
            if (each.userId() != null) {
                places.putIfAbsent(each.userId(), places.size());
            }
        }
        List<byte[]> texts =
                places.keySet().stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList();
        int length = TotalsBytes.length(use.totals()) + 2;
        for (byte[] text : texts) {
            length += Short.BYTES + text.length;
        }
        length += use.parts().size() * (1 + PLACES + SUM_MAX);
        ByteBuffer out = ByteBuffer.allocate(length);
        TotalsBytes.put(out, use.totals(), true);
        out.put((byte) use.parts().size()).put((byte) texts.size());
        for (byte[] text : texts) {
            out.putShort((short) text.length).put(text);
        }
        for (HourPart each : use.parts()) {
            put(out, each, places);
            if (use.parts().size() > 1) {
                put(out, each.totals(), use.totals());
            }
        }
        byte[] written = new byte[out.position()];
        out.flip().get(written);
        return written;
    }

    /** What a store's value says; null for no value. */
    public static @Nullable HourUse readOrNull(byte @Nullable [] bytes) {
        return bytes == null ? null : read(bytes);
    }

    /** What a store's value says. One without parts was written before there were any. */
    public static HourUse read(byte[] bytes) {
        Totals whole = TotalsBytes.read(bytes);
        int at = TotalsBytes.partsAt(bytes);
        if (at == 0) {
            return new HourUse(whole, List.of());
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, at, bytes.length - at);
        int count = in.get();
        String[] texts = new String[Byte.toUnsignedInt(in.get())];
        for (int i = 0; i < texts.length; i++) {
            byte[] utf8 = new byte[in.getShort()];
            in.get(utf8);
            texts[i] = new String(utf8, StandardCharsets.UTF_8);
        }
        List<HourPart> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte tier = in.get();
            Cell cell = null;
            String userId = null;
            if (tier != NONE) {
                cell =
                        new Cell(
                                text(in, texts),
                                text(in, texts),
                                text(in, texts),
                                text(in, texts),
                                TierCode.tierOf(tier),
                                text(in, texts));
                int user = in.get();
                userId = user == NONE ? null : texts[user & 0xff];
            }
            parts.add(new HourPart(cell, userId, count == 1 ? whole : sum(in, whole)));
        }
        return new HourUse(whole, parts);
    }

    private static List<String> texts(Cell cell) {
        return List.of(
                cell.budgetId(), cell.component(), cell.provider(), cell.model(), cell.taskType());
    }

    private static void put(ByteBuffer out, HourPart part, Map<String, Integer> places) {
        Cell cell = part.cell();
        if (cell == null) {
            out.put(NONE);
            return;
        }
        out.put(TierCode.of(cell.tier()));
        for (String text : texts(cell)) {
            out.put(places.getOrDefault(text, 0).byteValue());
        }
        out.put(part.userId() == null ? NONE : places.getOrDefault(part.userId(), 0).byteValue());
    }

    private static String text(ByteBuffer in, String[] texts) {
        return texts[Byte.toUnsignedInt(in.get())];
    }

    private static void put(ByteBuffer out, Totals sum, Totals whole) {
        TokenCounts tokens = sum.tokens();
        number(out, tokens.input());
        number(out, tokens.output());
        number(out, tokens.cachedInput());
        number(out, tokens.cacheWrite());
        number(out, tokens.reasoning());
        number(out, sum.unpricedTokens());
        number(out, sum.estimatedTokens());
        number(out, sum.cost().usd());
        number(out, sum.cost().pico());
        number(out, sum.recordCount());
        number(out, sum.firstAtMs() - whole.firstAtMs());
        number(out, whole.lastAtMs() - sum.lastAtMs());
    }

    private static Totals sum(ByteBuffer in, Totals whole) {
        TokenCounts tokens =
                new TokenCounts(number(in), number(in), number(in), number(in), number(in));
        long unpriced = number(in);
        long estimated = number(in);
        Money cost = new Money(number(in), number(in));
        long records = number(in);
        long firstAtMs = whole.firstAtMs() + number(in);
        return new Totals(
                tokens,
                unpriced,
                estimated,
                cost,
                records,
                firstAtMs,
                whole.lastAtMs() - number(in));
    }

    private static void number(ByteBuffer out, long value) {
        long left = value;
        while ((left & ~LOW_BITS) != 0) {
            out.put((byte) ((left & LOW_BITS) | MORE));
            left >>>= 7;
        }
        out.put((byte) left);
    }

    private static long number(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (long) (next & LOW_BITS) << shift;
            shift += 7;
        } while ((next & MORE) != 0);
        return value;
    }
}
