package tekton.budget.api.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A file in memory. */
final class ExportedFile {

    private ExportedFile() {}

    static String of(ExportProfile profile, ExportFormat format, List<ExportedCharge> charges)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.begin(profile.columns(), out);
        for (ExportedCharge charge : charges) {
            format.write(charge, profile.columns(), out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
