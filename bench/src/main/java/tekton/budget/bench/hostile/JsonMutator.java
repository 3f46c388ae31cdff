package tekton.budget.bench.hostile;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes of a good value one that is nearly good: other types, bounds, depths, names, bytes. */
final class JsonMutator {

    /** Nobody reads anything from it. */
    static final byte[] NOTHING = {(byte) 0xff, (byte) 0xfe, 0, 1, 2, 3};

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern UNDERSCORE = Pattern.compile("_(.)");
    private static final int DEPTH = 3_000;

    private final Dice dice;

    JsonMutator(Dice dice) {
        this.dice = dice;
    }

    /** As JSON, or nearly; the given value stays as it is. */
    byte[] mutated(JsonNode good) {
        return switch (dice.below(20)) {
            case 0 ->
                    bytes(
                            dice.pick(
                                    List.of(
                                            "", "null", "[]", "{}", "0", "\"\"", "{", "]",
                                            "{}{}")));
            case 1 -> bytes("[".repeat(dice.pick(List.of(33, 1_000, 20_000))));
            case 2 -> bytes("{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH));
            case 3 -> cut(bytes(good.toString()));
            case 4 -> flipped(bytes(good.toString()));
            case 5 -> good.toString().getBytes(StandardCharsets.UTF_16);
            case 6 -> bytes("\ufeff" + good);
            case 7 -> bytes(duplicated(good));
            case 8 -> bytes("[" + good + "," + good + "]");
            case 9 -> bytes(good.toString().replaceFirst(":", dice.pick(List.of("::", "=", ""))));
            case 10 -> bytes(good.toString().replace("{", "{/* c */"));
            default -> bytes(written(several(good.deepCopy())));
        };
    }

    /** Bytes that are no JSON object. */
    byte[] garbage(byte[] good) {
        return switch (dice.below(4)) {
            case 0 -> NOTHING.clone();
            case 1 -> dice.bytes(1 + dice.below(200));
            case 2 -> cut(good);
            default -> bytes("{\"type\":{\"" + "x".repeat(dice.below(2_000)));
        };
    }

    private JsonNode several(JsonNode copy) {
        for (int i = dice.below(3); i >= 0; i--) {
            one(copy);
        }
        return copy;
    }

    private void one(JsonNode root) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(root, objects);
        if (objects.isEmpty()) {
            return;
        }
        ObjectNode target = dice.pick(objects);
        List<String> names = new ArrayList<>(target.propertyNames());
        if (names.isEmpty() || dice.chance(8)) {
            target.set(Oddities.text(dice), odd(0));
            return;
        }
        String name = dice.pick(names);
        JsonNode value = target.path(name);
        switch (dice.below(10)) {
            case 0 -> target.remove(name);
            case 1 -> target.set(camel(name), target.remove(name));
            case 2 -> target.set(name.toUpperCase(Locale.ROOT), value);
            case 3 -> target.set(name, JSON.arrayNode().add(value));
            case 4 -> target.set(name, JSON.objectNode().set(name, value));
            case 5 -> target.set(name, JSON.nullNode());
            default -> target.set(name, odd(0));
        }
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        node.forEach(child -> collect(child, objects));
    }

    private static String camel(String name) {
        return UNDERSCORE.matcher(name).replaceAll(it -> it.group(1).toUpperCase(Locale.ROOT));
    }

    private JsonNode odd(int depth) {
        return switch (dice.below(depth > 2 ? 6 : 8)) {
            case 0 -> JSON.booleanNode(dice.chance(50));
            case 1, 2 -> JSON.rawValueNode(new RawValue(Oddities.number(dice)));
            case 3, 4, 5 -> JSON.stringNode(Oddities.text(dice));
            case 6 -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = dice.below(4); i >= 0; i--) {
                    array.add(odd(depth + 1));
                }
                yield array;
            }
            default -> JSON.objectNode().set(Oddities.text(dice), odd(depth + 1));
        };
    }

    /** A lone surrogate has no bytes in UTF-8, so it is written as an escape. */
    private String written(JsonNode node) {
        if (node instanceof ObjectNode) {
            StringBuilder text = new StringBuilder("{");
            node.properties()
                    .forEach(
                            each ->
                                    text.append(text.length() == 1 ? "" : ",")
                                            .append(quoted(each.getKey()))
                                            .append(':')
                                            .append(written(each.getValue())));
            return text.append('}').toString();
        }
        if (node instanceof ArrayNode) {
            StringBuilder text = new StringBuilder("[");
            node.forEach(each -> text.append(text.length() == 1 ? "" : ",").append(written(each)));
            return text.append(']').toString();
        }
        return node.isString() ? quoted(node.asString()) : node.toString();
    }

    private String quoted(String text) {
        boolean raw = dice.chance(3);
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .forEach(
                        each -> {
                            boolean plain = each >= ' ' && each != '"' && each != '\\';
                            boolean escape = Character.isSurrogate((char) each) || !plain;
                            quoted.append(
                                    escape && !raw ? "\\u%04x".formatted(each) : (char) each + "");
                        });
        return quoted.append('"').toString();
    }

    /** The first field once more, with another value, in front and behind. */
    private String duplicated(JsonNode good) {
        if (!good.isObject() || good.isEmpty()) {
            return good.toString();
        }
        String name = good.propertyNames().iterator().next();
        String text = good.toString();
        String again = quoted(name) + ':' + written(odd(0));
        return '{' + again + ',' + text.substring(1, text.length() - 1) + ',' + again + '}';
    }

    private byte[] cut(byte[] good) {
        byte[] less = new byte[good.length == 0 ? 0 : dice.below(good.length)];
        System.arraycopy(good, 0, less, 0, less.length);
        return less;
    }

    /** One to eight bits are others. */
    byte[] flipped(byte[] good) {
        byte[] bytes = good.clone();
        for (int i = dice.below(8); i >= 0 && bytes.length > 0; i--) {
            bytes[dice.below(bytes.length)] ^= (byte) (1 << dice.below(8));
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
