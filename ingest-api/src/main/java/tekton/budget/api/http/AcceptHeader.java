package tekton.budget.api.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

import java.util.List;

/** What a client would rather have, by its header {@code Accept} (RFC 9110, section 12.5.1). */
public final class AcceptHeader {

    private AcceptHeader() {}

    /**
     * Whether another type is wanted more than JSON. Nobody who says nothing, or nothing that can
     * be read, wants more than JSON; nor does a client to whom both are the same.
     *
     * @param accept the header, if there is one
     */
    public static boolean prefersToJson(MediaType other, @Nullable String accept) {
        if (accept == null) {
            return false;
        }
        try {
            List<MediaType> types = MediaType.parseMediaTypes(accept);
            MimeTypeUtils.sortBySpecificity(types);
            return types.stream()
                    .filter(
                            type ->
                                    type.includes(other)
                                            || type.includes(MediaType.APPLICATION_JSON))
                    .findFirst()
                    .filter(type -> !type.includes(MediaType.APPLICATION_JSON))
                    .isPresent();
        } catch (InvalidMediaTypeException nothingSaid) {
            return false;
        }
    }
}
