/** The bytes of every value: JSON in and out, frozen by golden tests. */
@NullMarked
package tekton.budget.codec;

import org.jspecify.annotations.NullMarked;
