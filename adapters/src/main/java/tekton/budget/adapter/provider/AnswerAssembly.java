package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * Puts the documents of one body together to calls, in their order.
 *
 * <p>One thread.
 */
final class AnswerAssembly {

    private static final int NAMES_SHOWN = 8;

    private final AnswerContext context;
    private final FoundCalls found;
    private final boolean inEnvelope;
    private @Nullable OpenAnswer open;

    /** Whether the open answer's own last event came. */
    private boolean ended;

    private @Nullable String sessionModel;
    private int made;

    AnswerAssembly(AnswerContext context, FoundCalls found) {
        this(context, found, false);
    }

    private AnswerAssembly(AnswerContext context, FoundCalls found, boolean inEnvelope) {
        this.context = context;
        this.found = found;
        this.inEnvelope = inEnvelope;
    }

    /** Whether a stream has begun and not ended. */
    boolean isOpen() {
        return open != null && !ended;
    }

    /**
     * Takes the next document.
     *
     * @throws ForeignFormatException if it is nothing that a provider or an envelope is
     */
    void add(JsonNode document) throws ForeignFormatException {
        if (inEnvelope) {
            addAnswer(document);
            return;
        }
        BatchLine line = BatchLine.of(document);
        if (line != null) {
            flush();
            addBatchLine(line);
        } else if (AnswerContext.isEnvelope(document)) {
            flush();
            addEnvelope(document);
        } else {
            addAnswer(document);
        }
    }

    /**
     * Takes the next of several documents: one that is not understood is rejected, or ignored if it
     * is somebody's event, and the others count.
     *
     * @param where the line, event or element
     * @throws ForeignFormatException if too many were not understood
     */
    void addOne(JsonNode document, String where) throws ForeignFormatException {
        try {
            add(document);
        } catch (ForeignFormatException e) {
            if (ForeignJson.text(document, "type") == null) {
                found.reject(where, e);
            } else {
                found.ignore();
            }
        }
    }

    /** The stream says that it is over. */
    void endOfStream() {
        if (open != null) {
            open.finish();
        }
        flush();
    }

    /** There is no more. */
    void flush() {
        OpenAnswer answer = open;
        open = null;
        ended = false;
        if (answer != null) {
            emit(answer);
        }
    }

    private void addBatchLine(BatchLine line) throws ForeignFormatException {
        JsonNode answer = line.answer();
        if (answer == null) {
            found.ignore();
            return;
        }
        AnswerAssembly inner =
                new AnswerAssembly(context.ofBatch(line.id(), line.customId()), found, true);
        inner.add(answer);
        inner.flush();
    }

    private void addEnvelope(JsonNode envelope) throws ForeignFormatException {
        AnswerAssembly inner = new AnswerAssembly(context.of(envelope), found, true);
        JsonNode response = ForeignJson.at(envelope, "response");
        if (response.isString()) {
            byte[] recorded = response.stringValue().getBytes(StandardCharsets.UTF_8);
            new RecordedBody(recorded, "", inner, found).read();
        } else if (response.isArray()) {
            int index = 0;
            for (JsonNode event : response) {
                inner.addOne(event, "response element " + index++);
            }
        } else {
            inner.add(response);
        }
        inner.flush();
    }

    private void addAnswer(JsonNode document) throws ForeignFormatException {
        AnswerPart part = AnswerPart.of(document);
        if (part == null && OpenAnswer.isToldByHeaders(context) && document.isObject()) {
            part = new AnswerPart(AnswerShape.BEDROCK, AnswerPart.Role.WHOLE, document, null, true);
        }
        boolean bedrocks =
                part != null && part.role() == AnswerPart.Role.END && part.isOfBedrockAlone();
        if (ended && !bedrocks) {
            flush();
        }
        if (part == null) {
            if (open == null) {
                throw unknown(document);
            }
            return;
        }
        switch (part.role()) {
            case WHOLE -> {
                flush();
                emit(new OpenAnswer(part.shape()).add(part));
            }
            case START -> {
                flush();
                open = new OpenAnswer(part.shape()).add(part);
            }
            case PART -> merge(part);
            case END -> {
                merge(part);
                // Bedrock's own counts may come behind the model's last event.
                ended = true;
                if (bedrocks) {
                    flush();
                }
            }
            case UNCOUNTED -> {
                open = null;
                found.ignore();
            }
            case SESSION -> sessionModel = ForeignJson.text(part.about(), "model");
            case NO_CALL -> found.ignore();
        }
    }

    private void merge(AnswerPart part) {
        if (open != null && open.isOver(part)) {
            flush();
        }
        if (open == null) {
            open = new OpenAnswer(part.shape());
        }
        open.add(part);
    }

    private void emit(OpenAnswer answer) {
        List<ForeignCall> calls =
                answer.calls(
                        context,
                        sessionModel,
                        () -> {
                            int before = made++;
                            return before == 0 ? "" : "#" + before;
                        });
        calls.forEach(found::add);
    }

    private static ForeignFormatException unknown(JsonNode document) {
        if (!document.isObject()) {
            return new ForeignFormatException(
                    "body: "
                            + Shown.written(document.toString())
                            + ": expected a provider's answer as a JSON object");
        }
        StringBuilder names = new StringBuilder();
        Iterator<String> all = document.propertyNames().iterator();
        for (int i = 0; i < NAMES_SHOWN && all.hasNext(); i++) {
            names.append(i == 0 ? "" : ", ").append(Shown.text(all.next()));
        }
        return new ForeignFormatException(
                "body: an object with "
                        + (names.isEmpty() ? "nothing" : names + (all.hasNext() ? ", …" : ""))
                        + ": expected a provider's answer, which has \"usage\", \"usageMetadata\","
                        + " \"choices\" or \"eval_count\", or an envelope with it in \"response\"");
    }
}
