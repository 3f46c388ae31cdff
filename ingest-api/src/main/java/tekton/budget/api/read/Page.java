package tekton.budget.api.read;

import tekton.budget.serde.JsonBytes;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param total how many there are on all pages
 * @param number its number, from 1
 * @param limit how many fit
 */
public record Page<T>(List<T> items, long total, int number, int limit) {

    /** The page that a query asks for, of a list that is there as a whole. */
    public static <T> Page<T> of(List<T> all, Query query) {
        int number = query.page();
        int limit = query.limit();
        int from = (int) Math.min((number - 1L) * limit, all.size());
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), all.size(), number, limit);
    }

    /** The answer's body. */
    public JsonBytes toJson(BiConsumer<JsonBytes, T> properties) {
        JsonBytes json = new JsonBytes(8_192).open('{').name("items").open('[');
        for (T item : items) {
            json.open('{');
            properties.accept(json, item);
            json.close('}');
        }
        return json.close(']')
                .property("total", total)
                .property("page", number)
                .property("limit", limit)
                .close('}');
    }
}
