package tekton.budget.metering.store;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.ContextUse;
import tekton.budget.value.Money;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a context has used as a store value, frozen: its totals as {@link TotalsBytes} with parts, a
 * byte with the number of parts, and for each its budget, provider, component and task type, each
 * with its length in two bytes (none is -1), a byte for the tier (none is -1), and three big-endian
 * longs: tokens, dollars, pico-dollars.
 */
public final class ContextBytes {

    private static final short ABSENT = -1;

    private ContextBytes() {}

    public static byte[] write(ContextUse use) {
        List<Spending> parts = use.spendings();
        byte[] @Nullable [] texts = new byte[parts.size() * 4] @Nullable [];
        int length = TotalsBytes.length(use.totals()) + 1;
        for (int i = 0; i < parts.size(); i++) {
            Scope scope = parts.get(i).scope();
            texts[4 * i] = utf8(parts.get(i).budgetId());
            texts[4 * i + 1] = utf8(scope.provider());
            texts[4 * i + 2] = utf8(scope.component());
            texts[4 * i + 3] = utf8(scope.taskType());
            length += 4 * Short.BYTES + 1 + 3 * Long.BYTES;
        }
        for (byte @Nullable [] text : texts) {
            length += text == null ? 0 : text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        TotalsBytes.put(out, use.totals(), true);
        out.put((byte) parts.size());
        for (int i = 0; i < parts.size(); i++) {
            for (int text = 0; text < 4; text++) {
                put(out, texts[4 * i + text]);
            }
            Spending part = parts.get(i);
            out.put(part.scope().tier() == null ? (byte) ABSENT : TierCode.of(part.scope().tier()));
            out.putLong(part.used().tokens())
                    .putLong(part.used().cost().usd())
                    .putLong(part.used().cost().pico());
        }
        return out.array();
    }

    /** What a store's value says; null for no value. One without parts has none that are known. */
    public static @Nullable ContextUse readOrNull(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        List<Spending> parts = new ArrayList<>();
        int at = TotalsBytes.partsAt(bytes);
        if (at > 0) {
            ByteBuffer in = ByteBuffer.wrap(bytes, at, bytes.length - at);
            for (int left = in.get(); left > 0; left--) {
                parts.add(part(in));
            }
        }
        return new ContextUse(TotalsBytes.read(bytes), parts);
    }

    private static Spending part(ByteBuffer in) {
        String budgetId = text(in);
        String provider = text(in);
        String component = text(in);
        String taskType = text(in);
        byte tier = in.get();
        if (budgetId == null) {
            throw new IllegalStateException("context: a part without its budget");
        }
        return new Spending(
                budgetId,
                new Scope(
                        tier == ABSENT ? null : TierCode.tierOf(tier),
                        provider,
                        component,
                        taskType),
                new Amount(in.getLong(), new Money(in.getLong(), in.getLong())));
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ByteBuffer out, byte @Nullable [] text) {
        if (text == null) {
            out.putShort(ABSENT);
        } else {
            out.putShort((short) text.length).put(text);
        }
    }

    private static @Nullable String text(ByteBuffer in) {
        short length = in.getShort();
        if (length == ABSENT) {
            return null;
        }
        byte[] utf8 = new byte[length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
