/** How long the way from one surface to another takes, ms. */
const LENGTH = 450;

/**
 * Goes from one surface to another, picture by picture; at once for people who want no motion.
 *
 * @param step gets the place, and whether the flight goes on.
 * @returns what stops it.
 */
export function fly(from: number, to: number, step: (place: number, flying: boolean) => void): () => void {
  const started = performance.now();
  const length = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : LENGTH;
  let frame = 0;
  const go = () => {
    const t = Math.min(1, (performance.now() - started) / length);
    const eased = t * t * (3 - 2 * t);
    step(t === 1 ? to : from + (to - from) * eased, t < 1);
    if (t < 1) frame = requestAnimationFrame(go);
  };
  go();
  return () => cancelAnimationFrame(frame);
}
