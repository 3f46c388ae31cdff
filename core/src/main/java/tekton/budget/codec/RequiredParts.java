package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a record that a library has made from foreign bytes to what its declaration promises: every
 * component that is not {@link Nullable} is there, in nested records too.
 */
final class RequiredParts {

    private static final ClassValue<List<RequiredPart>> PARTS =
            new ClassValue<>() {
                @Override
                protected List<RequiredPart> computeValue(Class<?> type) {
                    List<RequiredPart> parts = new ArrayList<>();
                    for (RecordComponent component : type.getRecordComponents()) {
                        boolean nested = component.getType().isRecord();
                        boolean required = !isNullable(component.getAnnotatedType());
                        if (!component.getType().isPrimitive() && (nested || required)) {
                            parts.add(
                                    new RequiredPart(
                                            component.getName(),
                                            component.getAccessor(),
                                            required));
                        }
                    }
                    return List.copyOf(parts);
                }
            };

    private record RequiredPart(String name, Method accessor, boolean required) {}

    private RequiredParts() {}

    /**
     * Checks a record.
     *
     * @throws IllegalArgumentException naming the first part that is missing
     */
    static void check(Object value) {
        if (!(value instanceof Record)) {
            return;
        }
        for (RequiredPart part : PARTS.get(value.getClass())) {
            Object nested = read(part, value);
            if (nested != null) {
                check(nested);
            } else if (part.required()) {
                throw new IllegalArgumentException(
                        "%s.%s: missing (expected: to be there)"
                                .formatted(value.getClass().getSimpleName(), part.name()));
            }
        }
    }

    private static @Nullable Object read(RequiredPart part, Object value) {
        try {
            return part.accessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(part.name() + ": cannot be read", e);
        }
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }
}
