package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.ForeignTokens;

import tools.jackson.databind.JsonNode;

/**
 * A provider's counts of one answer, as tokens. The words tell whose they are; where several
 * providers mean different things by one word, the sums decide ({@link ForeignTokens}).
 *
 * <p>Sources, by method: openai-python 3.3 {@code completion_usage.py} and {@code
 * response_usage.py}, anthropic-sdk-python 0.121 {@code usage.py}, python-genai 2.19 {@code
 * types.py}, Bedrock's {@code API_runtime_TokenUsage}, cohere-python {@code usage.py}, Ollama's
 * {@code api.md}, docs.perplexity.ai's price page.
 *
 * @param shape of the answer that it stood in; null if it came alone
 * @param provider canonical name; empty if nobody knows
 * @param model empty if nobody knows
 */
record UsageObject(JsonNode usage, @Nullable AnswerShape shape, String provider, String model) {

    private static final String[] CHAT_CACHE_READ = {
        "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "num_cached_tokens"
    };
    private static final String[] DETAIL_CACHE_WRITE = {
        "cache_write_tokens", "cache_creation_tokens", "created_cache_tokens"
    };

    UsageObject {
        usage = RenamedUsage.original(usage);
    }

    /**
     * Gives the tokens to a call.
     *
     * @return false if no count of it is known
     */
    boolean readInto(ForeignTokens tokens) {
        if (hasAny("promptTokenCount", "candidatesTokenCount", "totalTokenCount")) {
            gemini(tokens);
        } else if (hasAny("total_input_tokens", "total_output_tokens")) {
            interactions(tokens);
        } else if (at("billed_units").isObject() || at("tokens").isObject()) {
            cohere(tokens);
        } else if (hasAny("num_search_queries", "citation_tokens")) {
            perplexity(tokens);
        } else if (hasAny("prompt_tokens", "completion_tokens")) {
            chat(tokens);
        } else if (hasAny("input_tokens", "output_tokens")) {
            if (isAnthropic()) {
                anthropic(tokens);
            } else {
                responses(tokens);
            }
        } else if (hasAny("inputTokens", "outputTokens")) {
            converse(tokens);
        } else if (hasAny("inputTokenCount", "outputTokenCount")) {
            invocation(tokens);
        } else if (hasAny("prompt_eval_count", "eval_count")) {
            tokens.input(count("prompt_eval_count")).output(count("eval_count"));
        } else if (hasAny("prompt_token_count", "generation_token_count")) {
            tokens.input(count("prompt_token_count")).output(count("generation_token_count"));
        } else if (hasAny("inputTextTokenCount")) {
            tokens.input(count("inputTextTokenCount")).output(count("totalOutputTextTokenCount"));
        } else if (hasAny("total_tokens")) {
            tokens.input(count("total_tokens"));
        } else {
            return false;
        }
        return true;
    }

    /** Ollama leaves the prompt's count out where it had the prompt in its cache. */
    boolean lacksPrompt() {
        return hasAny("eval_count") && !hasAny("prompt_eval_count");
    }

    /**
     * Chat completions, OpenAI's and compatible ones. LiteLLM adds Anthropic's words at the top,
     * vLLM its own within the details, DeepSeek and Mistral theirs at the top.
     */
    private void chat(ForeignTokens tokens) {
        JsonNode in = at("prompt_tokens_details");
        JsonNode out = at("completion_tokens_details");
        input(tokens, "prompt_tokens", in);
        tokens.output(count("completion_tokens"))
                .cacheRead(
                        Math.max(
                                ForeignJson.count(in, "cached_tokens"),
                                most(usage, CHAT_CACHE_READ)))
                .cacheWrite(
                        Math.max(
                                most(in, DETAIL_CACHE_WRITE), count("cache_creation_input_tokens")))
                .cacheWrite1h(
                        Math.max(
                                ForeignJson.count(
                                        in,
                                        "cache_creation_token_details",
                                        "ephemeral_1h_input_tokens"),
                                count("cache_creation", "ephemeral_1h_input_tokens")))
                .audioOutput(ForeignJson.count(out, "audio_tokens"))
                .imageOutput(ForeignJson.count(out, "image_tokens"));
        long reasoning =
                Math.max(ForeignJson.count(out, "reasoning_tokens"), count("reasoning_tokens"));
        if (provider.equals("xai")) {
            tokens.reasoningOutside(reasoning);
        } else {
            tokens.reasoning(reasoning);
        }
    }

    /**
     * Deep research reports apart what it read and what it thought, and its total has neither. The
     * citations that it read cost what input costs: docs.perplexity.ai/getting-started/pricing.
     */
    private void perplexity(ForeignTokens tokens) {
        tokens.input(count("prompt_tokens"))
                .toolUse(count("citation_tokens"))
                .output(count("completion_tokens"))
                .reasoningOutside(count("reasoning_tokens"));
    }

    /** Responses, images, transcriptions and Realtime; LangChain's words within the details. */
    private void responses(ForeignTokens tokens) {
        JsonNode in = details("input_tokens_details", "input_token_details");
        JsonNode out = details("output_tokens_details", "output_token_details");
        input(tokens, "input_tokens", in);
        tokens.output(count("output_tokens"))
                .cacheRead(
                        Math.max(
                                most(in, "cached_tokens", "cache_read"),
                                count("cache_read_input_tokens")))
                .cacheWrite(
                        Math.max(
                                Math.max(
                                        most(in, DETAIL_CACHE_WRITE),
                                        ForeignJson.count(in, "cache_creation")),
                                count("cache_creation_input_tokens")))
                .cacheWrite1h(count("cache_creation", "ephemeral_1h_input_tokens"))
                .reasoning(most(out, "reasoning_tokens", "thinking_tokens", "reasoning"))
                .audioOutput(most(out, "audio_tokens", "audio"));
        boolean images =
                shape == AnswerShape.OPENAI_IMAGES
                        || (in.has("image_tokens") && !in.has("cached_tokens"));
        tokens.imageOutput(
                out.isObject() || !images
                        ? ForeignJson.count(out, "image_tokens")
                        : count("output_tokens"));
    }

    /** Both of OpenAI's shapes: some details say which of the cached tokens were of a kind. */
    private void input(ForeignTokens tokens, String name, JsonNode details) {
        tokens.input(count(name))
                .total(ForeignJson.countOrNull(usage, "total_tokens"))
                .audioInput(uncached(details, "audio_tokens"))
                .imageInput(uncached(details, "image_tokens"));
    }

    private static long uncached(JsonNode details, String kind) {
        return rest(
                ForeignJson.count(details, kind),
                ForeignJson.count(details, "cached_tokens_details", kind));
    }

    /** Messages. Older compatible servers leave the sum of what was written out. */
    private void anthropic(ForeignTokens tokens) {
        long hour = count("cache_creation", "ephemeral_1h_input_tokens");
        Long written = ForeignJson.countOrNull(usage, "cache_creation_input_tokens");
        tokens.cache(CacheShape.OUTSIDE)
                .input(count("input_tokens"))
                .output(count("output_tokens"))
                .cacheRead(count("cache_read_input_tokens"))
                .cacheWrite(
                        written == null
                                ? sum(hour, count("cache_creation", "ephemeral_5m_input_tokens"))
                                : written)
                .cacheWrite1h(hour)
                .reasoning(count("output_tokens_details", "thinking_tokens"));
    }

    /**
     * The word {@code input_tokens} says nothing: OpenAI and LangChain use it for the whole. A
     * usage that came alone and whose total leaves no room for the cache has it inside.
     */
    private boolean isAnthropic() {
        if (shape == AnswerShape.ANTHROPIC || provider.equals("anthropic")) {
            return true;
        }
        boolean words =
                usage.has("cache_read_input_tokens")
                        || usage.has("cache_creation_input_tokens")
                        || at("cache_creation").isObject();
        Long total = ForeignJson.countOrNull(usage, "total_tokens");
        return words
                && (total == null || total != sum(count("input_tokens"), count("output_tokens")));
    }

    private void converse(ForeignTokens tokens) {
        long hour = 0;
        for (JsonNode written : at("cacheDetails")) {
            if ("1h".equals(ForeignJson.text(written, "ttl"))) {
                hour = sum(hour, ForeignJson.count(written, "inputTokens"));
            }
        }
        tokens.cache(bedrockCache())
                .input(count("inputTokens"))
                .output(count("outputTokens"))
                .total(ForeignJson.countOrNull(usage, "totalTokens"))
                .cacheRead(
                        most(
                                usage,
                                "cacheReadInputTokens",
                                "cacheReadInputTokenCount",
                                "cachedInputTokens"))
                .cacheWrite(most(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount"))
                .cacheWrite1h(hour)
                .reasoning(count("reasoningTokens"));
    }

    /** Bedrock's counts of InvokeModel, in the last event or in headers. */
    private void invocation(ForeignTokens tokens) {
        tokens.cache(bedrockCache())
                .input(count("inputTokenCount"))
                .output(count("outputTokenCount"))
                .cacheRead(count("cacheReadInputTokenCount"))
                .cacheWrite(count("cacheWriteInputTokenCount"));
    }

    /**
     * Bedrock counts what was cached apart, except in streams of OpenAI's models, whose total then
     * has it twice (maximhq/bifrost#6942). {@code cachedInputTokens} is a word of Vercel's AI SDK,
     * which counts it inside.
     */
    private CacheShape bedrockCache() {
        boolean inside =
                hasAny("cachedInputTokens") || model.contains("openai") || model.startsWith("gpt");
        return inside ? CacheShape.ALWAYS_INSIDE : CacheShape.OUTSIDE;
    }

    /** GenerateContent and Live, which says {@code response} for candidates. */
    private void gemini(ForeignTokens tokens) {
        Kinds prompt = new Kinds("tokenCount").add(at("promptTokensDetails"));
        Kinds cached = new Kinds("tokenCount").add(at("cacheTokensDetails"));
        Kinds tools = new Kinds("tokenCount").add(at("toolUsePromptTokensDetails"));
        Kinds output =
                new Kinds("tokenCount")
                        .add(at("candidatesTokensDetails"))
                        .add(at("responseTokensDetails"));
        tokens.input(count("promptTokenCount"))
                .toolUse(count("toolUsePromptTokenCount"))
                .output(most(usage, "candidatesTokenCount", "responseTokenCount"))
                .total(ForeignJson.countOrNull(usage, "totalTokenCount"))
                .cacheRead(count("cachedContentTokenCount"))
                .reasoningOutside(count("thoughtsTokenCount"));
        google(tokens, prompt, cached, tools, output);
    }

    private void interactions(ForeignTokens tokens) {
        Kinds prompt = new Kinds("tokens").add(at("input_tokens_by_modality"));
        Kinds cached = new Kinds("tokens").add(at("cached_tokens_by_modality"));
        Kinds tools = new Kinds("tokens").add(at("tool_use_tokens_by_modality"));
        Kinds output = new Kinds("tokens").add(at("output_tokens_by_modality"));
        tokens.input(count("total_input_tokens"))
                .toolUse(count("total_tool_use_tokens"))
                .output(count("total_output_tokens"))
                .total(ForeignJson.countOrNull(usage, "total_tokens"))
                .cacheRead(count("total_cached_tokens"))
                .reasoningOutside(count("total_thought_tokens"));
        google(tokens, prompt, cached, tools, output);
    }

    private static void google(
            ForeignTokens tokens, Kinds prompt, Kinds cached, Kinds tools, Kinds output) {
        tokens.cache(CacheShape.ALWAYS_INSIDE)
                .audioInput(sum(rest(prompt.audio, cached.audio), tools.audio))
                .imageInput(sum(rest(prompt.image, cached.image), tools.image))
                .audioOutput(output.audio)
                .imageOutput(output.image);
    }

    /** Billed tokens before counted ones: cohere-python's {@code billed_units}. */
    private void cohere(ForeignTokens tokens) {
        JsonNode billed = at("billed_units");
        boolean counted =
                ForeignJson.countOrNull(billed, "input_tokens") != null
                        || ForeignJson.countOrNull(billed, "output_tokens") != null;
        JsonNode from = counted || !at("tokens").isObject() ? billed : at("tokens");
        long input = ForeignJson.count(from, "input_tokens");
        tokens.input(input)
                .output(ForeignJson.count(from, "output_tokens"))
                .cacheRead(Math.min(input, count("cached_tokens")));
    }

    private JsonNode at(String name) {
        return ForeignJson.at(usage, name);
    }

    private long count(String... names) {
        return ForeignJson.count(usage, names);
    }

    private boolean hasAny(String... names) {
        for (String name : names) {
            if (ForeignJson.countOrNull(usage, name) != null) {
                return true;
            }
        }
        return false;
    }

    private JsonNode details(String name, String otherName) {
        return at(name).isObject() ? at(name) : at(otherName);
    }

    /** Several words for one count: those that are not meant are absent or 0. */
    private static long most(JsonNode of, String... names) {
        long most = 0;
        for (String name : names) {
            most = Math.max(most, ForeignJson.count(of, name));
        }
        return most;
    }

    private static long rest(long whole, long part) {
        return Math.max(0, whole - Math.max(0, part));
    }

    private static long sum(long one, long other) {
        return Math.max(0, one) > Long.MAX_VALUE - Math.max(0, other)
                ? Long.MAX_VALUE
                : Math.max(0, one) + Math.max(0, other);
    }

    /** Google's lists of tokens by modality; documents and films cost what text costs. */
    private static final class Kinds {

        private final String counted;
        private long audio;
        private long image;

        Kinds(String counted) {
            this.counted = counted;
        }

        Kinds add(JsonNode list) {
            for (JsonNode entry : list) {
                String modality = ForeignJson.text(entry, "modality");
                if ("AUDIO".equalsIgnoreCase(modality)) {
                    audio = sum(audio, ForeignJson.count(entry, counted));
                } else if ("IMAGE".equalsIgnoreCase(modality)) {
                    image = sum(image, ForeignJson.count(entry, counted));
                }
            }
            return this;
        }
    }
}
