package tekton.budget.deploy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;

import org.jspecify.annotations.Nullable;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Fields that a model of the API does not have. The models take each and keep it apart, so that a
 * misspelt field would be ignored by a cluster, or refused, and seen by nobody before.
 */
final class UnknownFields {

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /**
     * Their paths below the resource. Nothing of a ServiceMonitor is looked at: its model is not in
     * the libraries.
     */
    static List<String> of(HasMetadata resource) {
        if (resource instanceof GenericKubernetesResource unknown) {
            return unknown.getKind().equals("ServiceMonitor") ? List.of() : List.of("kind");
        }
        UnknownFields fields = new UnknownFields();
        fields.look("", resource);
        return fields.found;
    }

    private void look(String path, @Nullable Object value) {
        if (value instanceof Collection<?> items) {
            int i = 0;
            for (Object item : items) {
                look(path + '[' + i++ + ']', item);
            }
        } else if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> look(path + '.' + key, entry));
        } else if (value != null && isModel(value.getClass())) {
            lookInto(path, value);
        }
    }

    private void lookInto(String path, Object model) {
        try {
            for (PropertyDescriptor property :
                    Introspector.getBeanInfo(model.getClass(), Object.class)
                            .getPropertyDescriptors()) {
                Method getter = property.getReadMethod();
                if (getter == null) {
                    continue;
                }
                if (getter.isAnnotationPresent(JsonAnyGetter.class)) {
                    if (getter.invoke(model) instanceof Map<?, ?> unknown) {
                        unknown.keySet().forEach(key -> found.add(path + '.' + key));
                    }
                } else if (!getter.isAnnotationPresent(JsonIgnore.class)) {
                    look(path + '.' + property.getName(), getter.invoke(model));
                }
            }
        } catch (IntrospectionException | ReflectiveOperationException e) {
            throw new IllegalStateException(path, e);
        }
    }

    private static boolean isModel(Class<?> type) {
        return !type.isEnum()
                && type != Quantity.class
                && (type.getName().startsWith("io.fabric8.")
                        || type.getName().startsWith("io.strimzi."));
    }
}
