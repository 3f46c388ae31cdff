/**
 * The parts that foreign formats have in common: one call in the making, its tokens before anybody
 * knows what includes what, and whom it belongs to. Pure functions of bytes; no clock, no network.
 */
@NullMarked
package tekton.budget.adapter;

import org.jspecify.annotations.NullMarked;
