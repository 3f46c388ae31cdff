package tekton.budget.api.totals;

import tekton.budget.codec.JsonBytes;

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

    /**
     * The most entries of a list that is asked for without a page and answered as an array, where
     * there may be more: Tekton's command line reads such lists, and shows all of them.
     */
    public static final int ARRAY_MAX = 1_000;

    /** The page that a query asks for, of a list that is there as a whole. */
    public static <T> Page<T> of(List<T> all, Query query) {
        int number = query.page();
        int limit = query.limit();
        int from = (int) Math.min((number - 1L) * limit, all.size());
        int to = Math.min(from + limit, all.size());
        return new Page<>(all.subList(from, to), all.size(), number, limit);
    }

    /** Writes a list as a JSON array. */
    public static <T> JsonBytes array(
            JsonBytes json, List<T> items, BiConsumer<JsonBytes, T> properties) {
        json.open('[');
        for (T item : items) {
            json.open('{');
            properties.accept(json, item);
            json.close('}');
        }
        return json.close(']');
    }

    /** The answer's body. */
    public JsonBytes toJson(BiConsumer<JsonBytes, T> properties) {
        return array(new JsonBytes(8_192).open('{').name("items"), items, properties)
                .property("total", total)
                .property("page", number)
                .property("limit", limit)
                .close('}');
    }
}
