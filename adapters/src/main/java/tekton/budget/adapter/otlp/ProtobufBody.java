package tekton.budget.adapter.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.value.Shown;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A request in protobuf, walked down to its spans, log records or metrics. The field numbers are
 * those of opentelemetry-proto 1.11, and stable there: in each message above an item field 1 is
 * what comes first (resources of a request, the resource, the scope) and field 2 what is in it.
 *
 * <p>Damage costs as little as it can: a broken item is rejected alone, and what stands before the
 * place where a body breaks off is read.
 */
final class ProtobufBody {

    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int NAME_BYTES_MAX = 1_024;

    private final OtlpSignal signal;
    private final FrameTaker items;
    private final OtlpRejections rejected;
    private int frames;
    private int position;
    private int read;
    private boolean damaged;

    /** Takes one span, log record or metric, and its position among all of the request, from 0. */
    @FunctionalInterface
    interface FrameTaker {
        void take(ProtobufFrame item, OtlpOrigin origin, int position) throws IOException;
    }

    /** The messages of the two fields. */
    private record FrameParts(List<ProtobufFrame> first, List<ProtobufFrame> second) {}

    private ProtobufBody(OtlpSignal signal, OtlpRejections rejected, FrameTaker items) {
        this.signal = signal;
        this.rejected = rejected;
        this.items = items;
    }

    /**
     * Hands out the items in the body's order.
     *
     * @param rejected learns what could not be read
     * @throws ForeignFormatException if nothing could, or it has more than anybody sends
     */
    static void read(byte[] body, OtlpSignal signal, OtlpRejections rejected, FrameTaker items)
            throws ForeignFormatException {
        ProtobufBody walk = new ProtobufBody(signal, rejected, items);
        for (ProtobufFrame resource :
                walk.parts(new ProtobufFrame(body, 0, body.length), true).first()) {
            walk.resource(resource);
        }
        if (walk.damaged) {
            if (walk.read == 0) {
                throw new ForeignFormatException(
                        "body: not an OTLP request in protobuf with "
                                + signal.resources()
                                + ": expected the content type and the bytes to agree");
            }
            rejected.add(
                    "body: the protobuf is damaged: only what comes before the damage was taken, "
                            + walk.read
                            + " "
                            + signal.items());
        }
    }

    private void resource(ProtobufFrame frame) throws ForeignFormatException {
        FrameParts parts = parts(frame, true);
        OtlpAttributes resource = new OtlpAttributes();
        for (ProtobufFrame part : parts.first()) {
            try {
                CodedInputStream in = part.open();
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == ProtobufItems.tag(FIRST, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                        ProtobufItems.attribute(part, in, resource);
                    } else {
                        ProtobufFrame.skip(in, tag);
                    }
                }
            } catch (IOException e) {
                damaged = true;
            }
        }
        for (ProtobufFrame scope : parts.second()) {
            scope(scope, resource);
        }
    }

    private void scope(ProtobufFrame frame, OtlpAttributes resource) throws ForeignFormatException {
        FrameParts parts = parts(frame, false);
        String name = "";
        for (ProtobufFrame part : parts.first()) {
            try {
                CodedInputStream in = part.open();
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == ProtobufItems.tag(FIRST, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                        name = part.text(in, NAME_BYTES_MAX);
                    } else {
                        ProtobufFrame.skip(in, tag);
                    }
                }
            } catch (IOException e) {
                damaged = true;
            }
        }
        OtlpOrigin origin = new OtlpOrigin(resource, name);
        for (ProtobufFrame item : parts.second()) {
            try {
                items.take(item, origin, position);
                read++;
            } catch (IOException e) {
                rejected.add(
                        position,
                        "%s: one of %d bytes cannot be decoded: %s"
                                .formatted(
                                        signal.items(),
                                        item.length(),
                                        Shown.plain(String.valueOf(e.getMessage()))));
            }
            position++;
        }
    }

    /**
     * The messages of a message.
     *
     * @param cutToo whether also that which breaks off is worth looking into
     */
    private FrameParts parts(ProtobufFrame frame, boolean cutToo) throws ForeignFormatException {
        FrameParts parts = new FrameParts(new ArrayList<>(), new ArrayList<>());
        try {
            CodedInputStream in = frame.open();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int number = WireFormat.getTagFieldNumber(tag);
                if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
                        || (number != FIRST && number != SECOND)) {
                    ProtobufFrame.skip(in, tag);
                    continue;
                }
                int size = in.readUInt32();
                int left = frame.length() - in.getTotalBytesRead();
                boolean cut = size < 0 || size > left;
                if (!cut || cutToo) {
                    signal.checkParts(++frames);
                    (number == FIRST ? parts.first() : parts.second())
                            .add(frame.at(in, cut ? left : size));
                }
                if (cut) {
                    throw new InvalidProtocolBufferException("cut off");
                }
                in.skipRawBytes(size);
            }
        } catch (IOException e) {
            damaged = true;
        }
        return parts;
    }
}
