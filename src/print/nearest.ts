import { distance } from "fastest-levenshtein";

/** Names that are all told, however far from what was written. */
const FEW = 10;

/**
 * The names nearest to what was written, best first. Of ten names or fewer all; of more those that contain it or are
 * a few letters away, and the nearest ones when none is.
 *
 * @param most names where there are more than ten.
 */
export function nearestNames(written: string, names: readonly string[], most = FEW / 2): string[] {
  const scored = names
    .map((name) => ({ name, score: scoreOf(written, name) }))
    .sort((a, b) => a.score - b.score);
  const near = scored.filter(({ score }) => score <= farthest(written));
  const told = near.length > 0 ? near : scored;
  const count = names.length <= FEW && most > 1 ? FEW : most;
  return (count >= names.length ? scored : told.slice(0, count)).map(({ name }) => name);
}

/** Whether a name is a few letters away from what was written, or contains it. */
export function isNear(written: string, name: string): boolean {
  return scoreOf(written, name) <= farthest(written);
}

function scoreOf(written: string, name: string): number {
  const [lower, other] = [written.toLowerCase(), name.toLowerCase()];
  const letters = distance(lower, other);
  const isPart = Math.min(lower.length, other.length) > 2 && (other.includes(lower) || lower.includes(other));
  return isPart ? Math.min(1, letters) : letters;
}

function farthest(written: string): number {
  return Math.max(2, written.length / 2);
}
