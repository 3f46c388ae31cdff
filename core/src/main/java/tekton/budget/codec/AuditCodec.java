package tekton.budget.codec;

import tekton.budget.event.AdminAct;

import tools.jackson.databind.JsonNode;

import java.time.Instant;

/** Administrative acts as JSON. What does not fit is an {@link IllegalArgumentException}. */
public final class AuditCodec {

    private static final int SCHEMA = 1;

    private AuditCodec() {}

    public static byte[] write(AdminAct act) {
        return new JsonBytes(512)
                .open('{')
                .property("schema", SCHEMA)
                .property("at", act.at().toString())
                .property("caller", act.caller())
                .property("method", act.method())
                .property("path", act.path())
                .property("status", act.status())
                .property("peer", act.peer())
                .close('}')
                .toByteArray();
    }

    public static AdminAct read(byte[] bytes) {
        JsonNode json = Trees.read(bytes);
        Trees.requireSchema(json, SCHEMA);
        return new AdminAct(
                Instant.parse(Trees.text(json, "at")),
                Trees.text(json, "caller"),
                Trees.text(json, "method"),
                Trees.text(json, "path"),
                Math.toIntExact(Trees.number(json, "status")),
                Trees.text(json, "peer"));
    }
}
