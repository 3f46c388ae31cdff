package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

/**
 * Something to tell everybody who has subscribed to its topic; one text, however many hear it.
 *
 * @param frame the WebSocket frame
 * @param past true when it is from before this process began to listen: kept for clients that come
 *     back, not told to those that are here
 * @param told the budget event that it is, if it is one
 */
record Message(String frame, boolean past, @Nullable EventRef told) {

    /** News that are no budget event. */
    static Message of(String frame) {
        return new Message(frame, false, null);
    }

    /** The characters that it holds. */
    int length() {
        return frame.length() + (told == null ? 0 : told.json().length());
    }
}
