package tekton.budget.api.route;

import org.jspecify.annotations.Nullable;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path in which names in braces stand for what varies. A variable stands for plain characters
 * only: a path with other ones may be served, but fits no template, and so needs the most. Any
 * thread.
 */
public final class PathTemplate {

    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    /** One segment; ids of other shapes come encoded. */
    private static final String SEGMENT = "[A-Za-z0-9._-]+";

    /** The parts of the page of documents may lie in folders; no name leads up. */
    private static final String FILE = "(?!.*\\.\\.)[A-Za-z0-9_-][A-Za-z0-9._/-]*";

    private final String text;
    private final String prefix;
    private final @Nullable Pattern pattern;
    private final Pattern loose;

    private PathTemplate(String text, String prefix, @Nullable Pattern pattern) {
        this.text = text;
        this.prefix = prefix;
        this.pattern = pattern;
        loose = Pattern.compile(VARIABLE.matcher(text).replaceAll(".+"), Pattern.DOTALL);
    }

    /** The template that is written so. */
    static PathTemplate of(String text) {
        int variable = text.indexOf('{');
        if (variable < 0) {
            return new PathTemplate(text, text, null);
        }
        String regex =
                VARIABLE.matcher(text).replaceAll(name -> Matcher.quoteReplacement(group(name)));
        return new PathTemplate(text, text.substring(0, variable), Pattern.compile(regex));
    }

    private static String group(MatchResult variable) {
        String name = variable.group(1);
        return "(?<" + name + '>' + (name.equals("file") ? FILE : SEGMENT) + ')';
    }

    /** As it is written. */
    public String text() {
        return text;
    }

    boolean isLiteral() {
        return pattern == null;
    }

    /** Whether a path as it was sent is one of these. */
    boolean matches(String path) {
        if (pattern == null) {
            return path.equals(text);
        }
        return path.startsWith(prefix) && pattern.matcher(path).matches();
    }

    /** Whether a decoded path may be one of these, whatever its variables stand for. */
    boolean mayMatch(String decoded) {
        return decoded.startsWith(prefix) && loose.matcher(decoded).matches();
    }

    /**
     * The text that a path has in place of a variable.
     *
     * @param path one that {@link #matches}
     */
    public String value(String path, String variable) {
        if (pattern == null) {
            throw new IllegalArgumentException(text + " has no variable");
        }
        Matcher matcher = pattern.matcher(path);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(path + " is no " + text);
        }
        return matcher.group(variable);
    }

    @Override
    public String toString() {
        return text;
    }
}
