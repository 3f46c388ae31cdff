package tekton.budget.adapter.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * One message of protobuf within a body, read field by field and never copied whole. The generated
 * classes would decode every prompt and refuse a body for one text that is not UTF-8.
 */
final class ProtobufFrame {

    private final byte[] bytes;
    private final int from;
    private final int length;

    ProtobufFrame(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.from = from;
        this.length = length;
    }

    int length() {
        return length;
    }

    /** Its fields from the beginning. */
    CodedInputStream open() {
        return CodedInputStream.newInstance(bytes, from, length);
    }

    /** The message at which a stream of this frame stands, after its length was read. */
    ProtobufFrame at(CodedInputStream in, int size) {
        return new ProtobufFrame(bytes, from + in.getTotalBytesRead(), size);
    }

    /**
     * A text at which a stream of this frame stands, and empty for one of more bytes. Bytes that
     * are not UTF-8 are replaced.
     */
    String text(CodedInputStream in, int sizeMax) throws IOException {
        int size = in.readUInt32();
        int at = from + in.getTotalBytesRead();
        in.skipRawBytes(size);
        return size > sizeMax ? "" : new String(bytes, at, size, StandardCharsets.UTF_8);
    }

    /** Bytes as lower-case hex; empty for more than any id has. */
    String hex(CodedInputStream in, int sizeMax) throws IOException {
        int size = in.readUInt32();
        int at = from + in.getTotalBytesRead();
        in.skipRawBytes(size);
        return size > sizeMax ? "" : HexFormat.of().formatHex(bytes, at, at + size);
    }

    /** Leaves out a field. */
    static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that never began");
        }
    }
}
