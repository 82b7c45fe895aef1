import type { Groups } from "./groups.js";

/**
 * The distinct R_s of the levels. Everything the likelihood needs of D at a level is a function of
 * D and R_s alone, so it is computed once a pattern: subjects seen at the same visits share one.
 */
export interface VisitPatterns {
  /** Distinct patterns, T. */
  readonly count: number;
  /** int32, levels: the pattern of each level; −1 for a level without images. */
  readonly ofLevel: Int32Array;
  /** float64, T: levels that have the pattern. */
  readonly size: Float64Array;
  /** float64, T × q × q. */
  readonly R: Float64Array;
}

/** Finds the distinct R_s; entries that agree to 12 digits count as equal. */
export function findVisitPatterns(groups: Groups, levels: number, q: number): VisitPatterns {
  const ofLevel = new Int32Array(levels).fill(-1);
  const byKey = new Map<string, number>();
  const size: number[] = [];
  const first: number[] = [];
  for (let s = 0; s < levels; s++) {
    let key = "";
    let empty = true;
    for (let k = s * q * q; k < (s + 1) * q * q; k++) {
      const value = groups.R[k];
      if (value !== 0) empty = false;
      key += `${Math.abs(value) < 1e-13 ? 0 : value.toPrecision(12)},`;
    }
    if (empty) continue;
    let pattern = byKey.get(key);
    if (pattern === undefined) {
      pattern = size.length;
      byKey.set(key, pattern);
      size.push(0);
      first.push(s);
    }
    ofLevel[s] = pattern;
    size[pattern]++;
  }
  const R = new Float64Array(size.length * q * q);
  first.forEach((s, t) => {
    R.set(groups.R.subarray(s * q * q, (s + 1) * q * q), t * q * q);
  });
  return { count: size.length, ofLevel, size: Float64Array.from(size), R };
}
