package tekton.budget.bench.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A WebSocket's handshake, frames that break RFC 6455 or nearly, and a proper close. Any thread.
 */
final class FrameAttack {

    private static final List<String> PATHS =
            List.of(
                    "/ws/budget/updates",
                    "/ws/budget/alerts",
                    "/ws/budget/allocations",
                    "/ws/budget/prices",
                    "/ws");

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final String key;

    FrameAttack(String key) {
        this.key = key;
    }

    /** The handshake, some frames, and a proper close, in three parts. */
    HostileRequest of(Dice dice) {
        RequestBytes handshake =
                RequestBytes.line("GET", dice.pick(PATHS))
                        .header("X-API-Key", key)
                        .header("Connection", "Upgrade")
                        .header("Upgrade", "websocket")
                        .header("Sec-WebSocket-Version", dice.chance(95) ? "13" : "99")
                        .header(
                                "Sec-WebSocket-Key",
                                dice.chance(95) ? "dGhlIHNhbXBsZSBub25jZQ==" : "short");
        if (dice.chance(20)) {
            handshake.header("Sec-WebSocket-Extensions", "permessage-deflate; x=\"");
        }
        return new HostileRequest(
                dice.number(),
                HostileFamily.FRAMES,
                List.of(
                        handshake.end(),
                        frames(dice),
                        frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8})),
                0,
                false,
                false,
                false);
    }

    private static byte[] frames(Dice dice) {
        return switch (dice.below(12)) {
            case 0 -> new byte[] {(byte) (FIN | TEXT), 2, 'h', 'i'};
            case 1 -> frame(FIN | 0x70 | TEXT, dice.bytes(5));
            case 2 -> frame(FIN | 3 + dice.below(5), dice.bytes(5));
            case 3 -> frame(PING, dice.bytes(5));
            case 4 -> frame(FIN | PING, dice.bytes(200));
            case 5 -> frame(FIN | TEXT, new byte[] {(byte) 0xc3, 0x28, (byte) 0xff});
            case 6 -> frame(FIN | CLOSE, new byte[] {1});
            case 7 -> frame(FIN | CLOSE, new byte[] {0, 1});
            case 8 ->
                    new byte[] {
                        (byte) (FIN | TEXT),
                        (byte) (MASKED | 127),
                        (byte) 0xff,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        2,
                        3,
                        4
                    };
            case 9 -> frame(FIN, dice.bytes(5));
            case 10 -> frame(FIN | TEXT, Oddities.text(dice).getBytes(StandardCharsets.UTF_8));
            default -> dice.bytes(dice.below(2_000));
        };
    }

    /** Masked with zeros, as the bytes are. */
    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(MASKED | payload.length);
        } else {
            frame.write(MASKED | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
