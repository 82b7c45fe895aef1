import { openStudy, type Study } from "../design/index.js";
import type { Results } from "../results/results.js";

const known = new WeakMap<Results, Promise<Study>>();

/**
 * The study that results were fitted to, opened once.
 *
 * @throws InputError when its configuration, or what it names, is no longer there, or X is another than was fitted.
 */
export function studyOf(results: Results): Promise<Study> {
  const study = known.get(results) ?? openStudy(results);
  known.set(results, study);
  // Files may be put back: the next one who asks looks again.
  study.catch(() => known.delete(results));
  return study;
}
