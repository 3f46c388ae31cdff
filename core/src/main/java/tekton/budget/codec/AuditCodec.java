package tekton.budget.codec;

import tekton.budget.event.AdminAct;

import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

import java.util.List;

/** Administrative acts as JSON. What does not fit is an {@link IllegalArgumentException}. */
public final class AuditCodec {

    private static final RecordMapper MAPPER =
            new RecordMapper(
                    List.of(),
                    new NamedType[0],
                    List.of(AdminAct.class),
                    new SimpleModule("audit"));

    private AuditCodec() {}

    public static byte[] write(AdminAct act) {
        return MAPPER.write(act, AdminAct.class);
    }

    public static AdminAct read(byte[] bytes) {
        return MAPPER.read(bytes, AdminAct.class);
    }
}
