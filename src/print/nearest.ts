import { distance } from "fastest-levenshtein";

/**
 * The names nearest to what was written, best first: those that contain it or are a few letters away;
 * all names when none is near and there are few.
 */
export function nearestNames(written: string, names: readonly string[], most = 5): string[] {
  const lower = written.toLowerCase();
  const scored = names
    .map((name) => {
      const other = name.toLowerCase();
      const contained = lower.length > 2 && (other.includes(lower) || lower.includes(other));
      return { name, score: contained ? 0 : distance(lower, other) };
    })
    .sort((a, b) => a.score - b.score);
  const near = scored.filter(({ score }) => score <= Math.max(2, written.length / 2));
  return (near.length > 0 ? near : scored).slice(0, most).map(({ name }) => name);
}
