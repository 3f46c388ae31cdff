package tekton.budget.adapter.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;

import java.io.IOException;

/**
 * Spans, log records and metrics of protobuf. A field whose wire type is another than
 * opentelemetry-proto's is left out like one that nobody knows.
 */
final class ProtobufItems {

    private static final int NAME_BYTES_MAX = 1_024;

    /** One byte more than any id has, so that a wrong one is seen. */
    private static final int ID_BYTES_MAX = 17;

    private static final int LEN = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final int FIXED64 = WireFormat.WIRETYPE_FIXED64;

    private static final int SPAN_TRACE_ID = tag(1, LEN);
    private static final int SPAN_ID = tag(2, LEN);
    private static final int SPAN_TRACE_STATE = tag(3, LEN);
    private static final int SPAN_PARENT_ID = tag(4, LEN);
    private static final int SPAN_NAME = tag(5, LEN);
    private static final int SPAN_KIND = tag(6, VARINT);
    private static final int SPAN_START = tag(7, FIXED64);
    private static final int SPAN_END = tag(8, FIXED64);
    private static final int SPAN_ATTRIBUTE = tag(9, LEN);

    private static final int LOG_TIME = tag(1, FIXED64);
    private static final int LOG_BODY = tag(5, LEN);
    private static final int LOG_ATTRIBUTE = tag(6, LEN);
    private static final int LOG_TRACE_ID = tag(9, LEN);
    private static final int LOG_SPAN_ID = tag(10, LEN);
    private static final int LOG_OBSERVED = tag(11, FIXED64);
    private static final int LOG_EVENT_NAME = tag(12, LEN);

    private static final int KEY = tag(1, LEN);
    private static final int VALUE = tag(2, LEN);
    private static final int STRING_VALUE = tag(1, LEN);
    private static final int BOOL_VALUE = tag(2, VARINT);
    private static final int INT_VALUE = tag(3, VARINT);
    private static final int DOUBLE_VALUE = tag(4, FIXED64);

    private static final int DATA_POINT = tag(1, LEN);

    private ProtobufItems() {}

    static int tag(int number, int wireType) {
        return number << 3 | wireType;
    }

    static OtlpItem span(ProtobufFrame frame, OtlpOrigin origin) throws IOException {
        String traceId = "";
        String spanId = "";
        String parentId = "";
        String name = "";
        String traceState = "";
        long kind = 0;
        long start = 0;
        long end = 0;
        OtlpAttributes attributes = new OtlpAttributes();
        CodedInputStream in = frame.open();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == SPAN_ATTRIBUTE) {
                attribute(frame, in, attributes);
            } else if (tag == SPAN_TRACE_ID) {
                traceId = frame.hex(in, ID_BYTES_MAX);
            } else if (tag == SPAN_ID) {
                spanId = frame.hex(in, ID_BYTES_MAX);
            } else if (tag == SPAN_PARENT_ID) {
                parentId = frame.hex(in, ID_BYTES_MAX);
            } else if (tag == SPAN_NAME) {
                name = frame.text(in, NAME_BYTES_MAX);
            } else if (tag == SPAN_KIND) {
                kind = in.readRawVarint64();
            } else if (tag == SPAN_START) {
                start = in.readFixed64();
            } else if (tag == SPAN_END) {
                end = in.readFixed64();
            } else if (tag == SPAN_TRACE_STATE) {
                traceState = frame.text(in, OtlpItem.TRACE_STATE_MAX);
            } else {
                ProtobufFrame.skip(in, tag);
            }
        }
        return new OtlpItem(
                origin,
                traceId,
                spanId,
                parentId,
                name,
                "",
                kind == OtlpItem.KIND_CLIENT,
                start,
                end,
                traceState,
                attributes);
    }

    static OtlpItem logRecord(ProtobufFrame frame, OtlpOrigin origin) throws IOException {
        String traceId = "";
        String spanId = "";
        String eventName = "";
        String body = "";
        long time = 0;
        long observed = 0;
        OtlpAttributes attributes = new OtlpAttributes();
        CodedInputStream in = frame.open();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == LOG_ATTRIBUTE) {
                attribute(frame, in, attributes);
            } else if (tag == LOG_BODY) {
                body = value(frame, in) instanceof String text ? text : "";
            } else if (tag == LOG_TRACE_ID) {
                traceId = frame.hex(in, ID_BYTES_MAX);
            } else if (tag == LOG_SPAN_ID) {
                spanId = frame.hex(in, ID_BYTES_MAX);
            } else if (tag == LOG_TIME) {
                time = in.readFixed64();
            } else if (tag == LOG_OBSERVED) {
                observed = in.readFixed64();
            } else if (tag == LOG_EVENT_NAME) {
                eventName = frame.text(in, NAME_BYTES_MAX);
            } else {
                ProtobufFrame.skip(in, tag);
            }
        }
        return new OtlpItem(
                origin,
                traceId,
                spanId,
                "",
                eventName,
                body,
                false,
                observed,
                time,
                "",
                attributes);
    }

    /** How many data points a metric has, of whichever kind. */
    static long dataPoints(ProtobufFrame metric) throws IOException {
        long points = 0;
        CodedInputStream in = metric.open();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 5, 7, 9, 10, 11 -> points += dataPoints(metric, in, tag);
                default -> ProtobufFrame.skip(in, tag);
            }
        }
        return points;
    }

    private static long dataPoints(ProtobufFrame metric, CodedInputStream in, int tag)
            throws IOException {
        if (WireFormat.getTagWireType(tag) != LEN) {
            ProtobufFrame.skip(in, tag);
            return 0;
        }
        long count = 0;
        int size = in.readUInt32();
        ProtobufFrame points = metric.at(in, size);
        in.skipRawBytes(size);
        CodedInputStream data = points.open();
        for (int inner = data.readTag(); inner != 0; inner = data.readTag()) {
            count += inner == DATA_POINT ? 1 : 0;
            ProtobufFrame.skip(data, inner);
        }
        return count;
    }

    /** A key and its value, at which the stream stands. */
    static void attribute(ProtobufFrame frame, CodedInputStream in, OtlpAttributes to)
            throws IOException {
        String key = "";
        Object value = "";
        int outer = in.pushLimit(in.readUInt32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == KEY) {
                key = frame.text(in, NAME_BYTES_MAX);
            } else if (tag == VALUE) {
                value = value(frame, in);
            } else {
                ProtobufFrame.skip(in, tag);
            }
        }
        in.popLimit(outer);
        if (!value.equals("")) {
            to.put(key, value);
        }
    }

    /** A text that is short enough, a number or a truth value; empty for anything else. */
    private static Object value(ProtobufFrame frame, CodedInputStream in) throws IOException {
        Object value = "";
        int outer = in.pushLimit(in.readUInt32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == STRING_VALUE) {
                value = frame.text(in, OtlpAttributes.TEXT_BYTES_MAX);
            } else if (tag == INT_VALUE) {
                value = in.readInt64();
            } else if (tag == DOUBLE_VALUE) {
                value = in.readDouble();
            } else if (tag == BOOL_VALUE) {
                value = in.readBool();
            } else {
                ProtobufFrame.skip(in, tag);
            }
        }
        in.popLimit(outer);
        return value;
    }
}
