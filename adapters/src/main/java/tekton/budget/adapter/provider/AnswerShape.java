package tekton.budget.adapter.provider;

/** The provider in whose words an answer is written, whoever wrote it. */
enum AnswerShape {

    /** OpenAI's, and those of everyone compatible with it. */
    OPENAI,

    /** OpenAI's answers that are images, whose output is images where they do not say. */
    OPENAI_IMAGES,
    ANTHROPIC,
    GOOGLE,
    BEDROCK,
    COHERE,
    OLLAMA
}
