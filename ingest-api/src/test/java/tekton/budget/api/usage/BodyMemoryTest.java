package tekton.budget.api.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.BodyMemory.HeldRoom;

import java.time.Duration;

class BodyMemoryTest {

    private static final int LARGE = 16 * 1024 * 1024;
    private static final int MIDDLING = BodyMemory.MIDDLING_BYTES;

    private final BodyMemory memory = new BodyMemory(3, Duration.ZERO);

    @Test
    void shouldTakeNothingForSmallBodiesWhateverIsHeld() {
        for (String caller : new String[] {"a", "a", "b"}) {
            grow(caller, LARGE);
        }
        for (int i = 0; i < 16; i++) {
            // The rest of what is middling, until nobody gets any.
            var _ = refusal("caller-" + i, MIDDLING);
        }

        memory.of("a").grow(BodyMemory.SMALL_BYTES, LARGE);
    }

    @Test
    void shouldLeaveRoomToOthers() {
        grow("a", LARGE);
        grow("a", LARGE);
        assertThat(refusal("a", LARGE)).isEqualTo(ProblemType.TOO_MANY_REQUESTS);

        HeldRoom third = grow("b", LARGE);
        assertThat(refusal("c", LARGE)).isEqualTo(ProblemType.SERVICE_UNAVAILABLE);
        third.close();
        grow("c", LARGE);
    }

    @Test
    void shouldCountMiddlingBodiesByWhatTheyMayBecome() {
        HeldRoom first = memory.of("a");
        // Announced as 8 MiB, it holds no more than one as long as no more has come.
        first.grow(MIDDLING / 2, 8 * MIDDLING);
        for (int i = 1; i < 8; i++) {
            grow("a", MIDDLING);
        }
        assertThat(refusal("a", MIDDLING)).isEqualTo(ProblemType.TOO_MANY_REQUESTS);
        grow("b", MIDDLING);

        first.close();
        grow("a", MIDDLING);
    }

    /** Those that have begun to be large end, so nobody waits for one that waits for him. */
    @Test
    void shouldLetALargeBodyGrowToItsEnd() {
        for (int i = 0; i < 7; i++) {
            grow("a", MIDDLING);
        }
        HeldRoom large = memory.of("a");
        large.grow(MIDDLING / 2, LARGE);
        large.grow(2 * MIDDLING, LARGE);
        assertThat(refusal("a", MIDDLING)).isEqualTo(ProblemType.TOO_MANY_REQUESTS);
        large.grow(LARGE, LARGE);
    }

    private HeldRoom grow(String caller, int bytes) {
        HeldRoom room = memory.of(caller);
        room.grow(bytes, bytes);
        return room;
    }

    private ProblemType refusal(String caller, int bytes) {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> grow(caller, bytes));
        return refused == null ? ProblemType.INTERNAL_ERROR : refused.problem().type();
    }
}
