package tekton.budget.pricing;

import tekton.budget.value.Providers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The other ways to write a model's name, each a rule that takes something away that says nothing
 * of the price: where the model lies, how it was called, whose fine-tuned copy it is. Pure.
 */
public final class ModelNames {

    /** What a provider writes behind a name for the version that it serves by default. */
    private static final List<String> DEFAULT_VERSION =
            List.of("-latest", "@latest", "@default", ":latest");

    /**
     * OpenRouter's suffixes that choose among hosts; what is said of the model <a
     * href="https://openrouter.ai/docs/guides/routing/model-variants/overview">is said of the base
     * model</a>.
     */
    private static final Set<String> ROUTING_VARIANTS = Set.of("nitro", "floor", "exacto");

    /**
     * Names that no rule makes of one another, by provider and name. Anthropic's are from <a
     * href="https://platform.claude.com/docs/en/about-claude/models/overview">its list of
     * aliases</a>.
     */
    private static final Map<String, String> ALIASES =
            Map.of(
                    "anthropic/claude-opus-4-0", "claude-opus-4-20250514",
                    "anthropic/claude-sonnet-4-0", "claude-sonnet-4-20250514");

    /**
     * Google's resource names: {@code models/…}, {@code publishers/google/models/…}, {@code
     * projects/…/locations/…/publishers/…/models/…}, also behind the host that serves them (<a
     * href="https://google.aip.dev/122">AIP-122</a>).
     */
    private static final Pattern GOOGLE_RESOURCE =
            Pattern.compile(
                    "(?:(?:https:)?//[^/]+/(?:v\\d\\w*/)?)?"
                            + "(?:projects/[^/]+/locations/[^/]+/)?"
                            + "(?:publishers/[^/]+/)?models/([^/]+)");

    /**
     * Amazon's names of Bedrock's models and inference profiles (<a
     * href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html">resource
     * types</a>). What stands behind an application's profile is not in its name.
     */
    private static final Pattern AMAZON_RESOURCE =
            Pattern.compile("arn:[^/]+:(?:foundation-model|inference-profile)/(.+)");

    /** How LiteLLM calls Bedrock. */
    private static final Pattern BEDROCK_ROUTE =
            Pattern.compile("(?:bedrock/)?(?:converse/|converse_like/|invoke/)?(.+)");

    /** In which region, which has a price of its own where a list names one. */
    private static final Pattern BEDROCK_REGION =
            Pattern.compile("[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\\d/(.+)");

    /**
     * The part of the world of an <a
     * href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html">inference
     * profile</a>. It has a price of its own where a list names one.
     */
    private static final Pattern BEDROCK_GEOGRAPHY =
            Pattern.compile("(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|me|global)\\.(.+\\..+)");

    /** The revision and the size of context behind a Bedrock model: {@code :0}, {@code :0:48k}. */
    private static final Pattern BEDROCK_REVISION =
            Pattern.compile("(.+?)(?::\\d{1,3})?(?::(?:\\d{1,4}k|mm))?");

    private static final Pattern BEDROCK_VERSION = Pattern.compile("(.+)-v\\d{1,3}(?::.*)?");

    /** A name that only Bedrock gives: maker, dot, model, version. */
    private static final Pattern BEDROCK_MODEL =
            Pattern.compile("(?:[a-z-]+\\.)?[a-z0-9]+\\.[a-z0-9._-]+-v\\d{1,3}(?::\\w+)*");

    /**
     * A fine-tuned model: {@code ft:}, base, organisation, suffix, id (<a
     * href="https://developers.openai.com/api/docs/guides/supervised-fine-tuning">OpenAI</a>, and
     * Mistral alike). It costs what fine-tuned models of that base cost.
     */
    private static final Pattern FINE_TUNED = Pattern.compile("(ft:[^:]+):.*");

    private ModelNames() {}

    /**
     * A name and the other ways to write it, as it is first, then the one that is nearest to it.
     *
     * @param provider the canonical name of who serves it
     */
    static List<String> spellings(String provider, String name) {
        Spellings spellings = new Spellings(name);
        spellings.take(spelled -> spelled.toLowerCase(Locale.ROOT));
        spellings.take(spelled -> inside(GOOGLE_RESOURCE, spelled));
        spellings.take(spelled -> inside(AMAZON_RESOURCE, spelled));
        spellings.take(spelled -> inside(FINE_TUNED, spelled));
        switch (provider) {
            case "bedrock" -> {
                spellings.take(spelled -> inside(BEDROCK_ROUTE, spelled));
                spellings.take(spelled -> inside(BEDROCK_REGION, spelled));
                spellings.take(spelled -> inside(BEDROCK_GEOGRAPHY, spelled));
                spellings.take(ModelNames::withOrWithoutVersion);
            }
            case "openrouter" -> spellings.take(ModelNames::withoutRouting);
            default -> {
                // No rule of its own.
            }
        }
        spellings.take(ModelNames::withoutDefault);
        spellings.take(
                spelled ->
                        ALIASES.getOrDefault(provider + '/' + spelled.replace('.', '-'), spelled));
        return spellings.all;
    }

    /**
     * What names that mean the same model have in common, in lower case: dots, dashes, underscores
     * and at-signs are alike, and a Bedrock model's revision says nothing.
     *
     * @param provider the canonical name of who serves it
     */
    public static String key(String provider, String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        if (provider.equals("bedrock")) {
            plain = inside(BEDROCK_REVISION, plain);
        }
        return plain.replace('.', '-').replace('_', '-').replace('@', '-');
    }

    /**
     * What the snapshots of one model have in common with its undated name, in lower case: {@code
     * gpt-4o} of {@code gpt-4o-2024-08-06}.
     */
    public static String undated(String provider, String name) {
        String key =
                key(Providers.canonical(provider), withoutDefault(name.toLowerCase(Locale.ROOT)));
        DatedName dated = DatedName.of(key);
        return dated == null ? key : dated.base();
    }

    /** True when a name is one that only Bedrock gives, whoever is said to have served it. */
    static boolean ofBedrock(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        return plain.startsWith("arn:") || BEDROCK_MODEL.matcher(plain).matches();
    }

    private static String inside(Pattern pattern, String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    private static String withoutRouting(String name) {
        int colon = name.lastIndexOf(':');
        return colon > 0 && ROUTING_VARIANTS.contains(name.substring(colon + 1))
                ? name.substring(0, colon)
                : name;
    }

    /** Newer models have no version behind their name, and some write one all the same. */
    private static String withOrWithoutVersion(String name) {
        String without = inside(BEDROCK_VERSION, name);
        return without.equals(name) ? name + "-v1" : without;
    }

    private static String withoutDefault(String name) {
        for (String suffix : DEFAULT_VERSION) {
            if (name.endsWith(suffix) && name.length() > suffix.length()) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }

    /** The ways found so far; each rule starts from the last. */
    private static final class Spellings {

        private final List<String> all = new ArrayList<>();

        private Spellings(String name) {
            all.add(name);
        }

        private void take(UnaryOperator<String> rule) {
            String shorter = rule.apply(all.getLast());
            if (!shorter.isEmpty() && !shorter.equals(all.getLast())) {
                all.add(shorter);
            }
        }
    }
}
