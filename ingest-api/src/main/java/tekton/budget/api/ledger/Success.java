package tekton.budget.api.ledger;

import tekton.budget.codec.JsonBytes;

/** The answer to what leaves nothing behind to be shown: a sentence and the id, twice. */
final class Success {

    private Success() {}

    /**
     * The body, still open for more properties.
     *
     * @param idName what the id is called
     */
    static JsonBytes of(String message, String idName, String id) {
        return new JsonBytes(256)
                .open('{')
                .property("message", message)
                .name("data")
                .open('{')
                .property(idName, id)
                .close('}')
                .property(idName, id);
    }
}
