package tekton.budget.bench.load;

import tekton.budget.bench.http.Requests;

import java.net.InetSocketAddress;
import java.util.Arrays;

/** Whole requests of one form and size, head and body in one buffer that is changed in place. */
final class RequestTemplate {

    private final RequestForm form;
    private final RecordTemplate records;
    private final int perRequest;
    private final byte[] template;
    private final int firstRecord;

    RequestTemplate(
            InetSocketAddress host, RequestForm form, RecordTemplate records, int perRequest) {
        if (form == RequestForm.SINGLE && perRequest != 1) {
            throw new IllegalArgumentException(
                    "batch: %d (expected: 1 with form SINGLE)".formatted(perRequest));
        }
        this.form = form;
        this.records = records;
        this.perRequest = perRequest;
        int brackets = form == RequestForm.ARRAY ? 1 : 0;
        int separated = perRequest * (records.size() + 1);
        int length =
                switch (form) {
                    case SINGLE -> records.size();
                    case ARRAY -> separated + 1;
                    case NDJSON -> separated;
                };
        byte[] head = Requests.postHead(host, form.path(), form.contentType(), length);
        template = Arrays.copyOf(head, head.length + length);
        firstRecord = head.length + brackets;
        if (form == RequestForm.ARRAY) {
            template[head.length] = '[';
        }
        for (int i = 0; i < perRequest; i++) {
            int offset = offsetOf(i);
            records.write(0, template, offset);
            if (form != RequestForm.SINGLE) {
                template[offset + records.size()] =
                        (byte) (form == RequestForm.NDJSON ? '\n' : ',');
            }
        }
        if (form == RequestForm.ARRAY) {
            template[template.length - 1] = ']';
        }
    }

    /** A buffer that {@link #fill} may change, one for each connection. */
    byte[] buffer() {
        return template.clone();
    }

    /** Puts records into the buffer's request, numbered from {@code sequence} on. */
    void fill(byte[] buffer, long sequence) {
        for (int i = 0; i < perRequest; i++) {
            records.change(sequence + i, buffer, offsetOf(i));
        }
    }

    int recordsPerRequest() {
        return perRequest;
    }

    RequestForm form() {
        return form;
    }

    private int offsetOf(int index) {
        return firstRecord + index * (records.size() + 1);
    }
}
