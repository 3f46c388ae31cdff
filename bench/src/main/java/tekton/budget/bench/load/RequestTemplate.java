package tekton.budget.bench.load;

import tekton.budget.bench.http.Requests;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** Whole requests of one form and size, head and body in one buffer that is changed in place. */
final class RequestTemplate {

    private final RequestForm form;
    private final int perRequest;
    private final Changer records;
    private final int stride;
    private final byte[] template;
    private final int firstRecord;

    /** Makes the record that stands at an offset into that of a sequence number. */
    @FunctionalInterface
    private interface Changer {
        void change(long sequence, byte[] target, int offset);
    }

    RequestTemplate(
            InetSocketAddress host, RequestForm form, RecordTemplate records, int perRequest) {
        if (form == RequestForm.SINGLE && perRequest != 1) {
            throw new IllegalArgumentException(
                    "batch: %d (expected: 1 with form SINGLE)".formatted(perRequest));
        }
        this.form = form;
        this.perRequest = perRequest;
        byte[] body;
        int first;
        if (form == RequestForm.OTLP) {
            SpanTemplate spans = new SpanTemplate(records);
            body = spans.request(perRequest);
            first = spans.firstIn(body);
            stride = spans.size();
            this.records = spans::change;
        } else {
            body = json(form, records, perRequest);
            first = form == RequestForm.ARRAY ? 1 : 0;
            stride = records.size() + 1;
            this.records = records::change;
        }
        byte[] head = Requests.postHead(host, form.path(), form.contentType(), body.length);
        template = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, template, head.length, body.length);
        firstRecord = head.length + first;
    }

    private static byte[] json(RequestForm form, RecordTemplate records, int perRequest) {
        byte[] record = new byte[records.size()];
        records.write(0, record, 0);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < perRequest; i++) {
            if (form == RequestForm.ARRAY) {
                body.write(i == 0 ? '[' : ',');
            }
            body.writeBytes(record);
            if (form == RequestForm.NDJSON) {
                body.write('\n');
            }
        }
        if (form == RequestForm.ARRAY) {
            body.write(']');
        }
        return body.toByteArray();
    }

    /** A buffer that {@link #fill} may change, one for each connection. */
    byte[] buffer() {
        return template.clone();
    }

    /** Puts records into the buffer's request, numbered from {@code sequence} on. */
    void fill(byte[] buffer, long sequence) {
        for (int i = 0; i < perRequest; i++) {
            records.change(sequence + i, buffer, firstRecord + i * stride);
        }
    }

    int recordsPerRequest() {
        return perRequest;
    }

    RequestForm form() {
        return form;
    }
}
