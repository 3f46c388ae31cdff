/** The clock of a view. */

/**
 * Works at intervals while the page is seen and not paused.
 * @param {{live: {state: string}}} ctx of the view
 * @param {number} ms from one time to the next
 * @param {() => void} work
 * @returns {() => void} ends it
 */
export function ticks(ctx, ms, work) {
  const timer = setInterval(() => document.hidden || ctx.live.state === 'paused' || work(), ms)
  return () => clearInterval(timer)
}
