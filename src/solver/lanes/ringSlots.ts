import type { InterceptMemory } from "./interceptMemory.js";
import type { RingPatterns } from "./interceptRing.js";
import { LANE_BYTES, LANES } from "./kernel.js";

/** Slots that 8 vertices with patterns of their own take. */
export function mostPatterns(ring: readonly RingPatterns[]): number {
  return Math.max(...ring.map((own) => own.g.length));
}

/** g, levels, B and E'E of each lane's own into the slots. */
export function placePatterns(memory: InterceptMemory, ring: readonly RingPatterns[]): void {
  const patterns = mostPatterns(ring);
  const { f64, design, intercepts, slots } = memory;
  const { p } = design;
  const size = (p * (p + 1)) / 2;
  const T = intercepts.g.length;
  memory.clear(slots.B + T * size * LANE_BYTES, (patterns - T) * size);
  clearOwn(memory, patterns);
  ring.forEach((own, l) => {
    for (let t = 0; t < patterns; t++) {
      f64[slots.g / 8 + t * LANES + l] = own.g[t] ?? 0;
      f64[slots.levels / 8 + t * LANES + l] = own.count[t] ?? 0;
      if (t >= own.g.length) continue;
      const B = own.B[t];
      for (let k = 0; k < size; k++) f64[slots.B / 8 + (t * size + k) * LANES + l] = B[k];
    }
    for (let k = 0; k < size; k++) f64[slots.B / 8 + (patterns * size + k) * LANES + l] = own.EE[k];
  });
}

/** No level is in a pattern that is not the design's yet. */
export function clearOwn(memory: InterceptMemory, patterns: number): void {
  const { design, intercepts, slots } = memory;
  const T = intercepts.g.length;
  memory.clear(slots.G + T * design.p * LANE_BYTES, (patterns - T) * design.p);
  memory.clear(slots.c + T * LANE_BYTES, patterns - T);
}

/** Takes the levels that lost images out of the pattern they had, and puts them where they are now. */
export function correctLevels(memory: InterceptMemory, own: RingPatterns, l: number): void {
  const { f64, design, slots } = memory;
  const { p, A } = design;
  const { levels, before, now, start, column, value, g } = own;
  const [G, c, xe] = [slots.G / 8 + l, slots.c / 8 + l, memory.xe[0] / 8 + l];
  for (let k = 0; k < levels.length; k++) {
    const s = levels[k];
    const z = f64[memory.z[0] / 8 + 2 * s * LANES + l];
    if (z === 0) continue;
    const old = before[k];
    for (let e = A.start[2 * s]; e < A.start[2 * s + 1]; e++) {
      const part = A.value[e] * z;
      f64[G + (old * p + A.column[e]) * LANES] -= part;
      f64[xe + A.column[e] * LANES] += part;
    }
    if (g[old] > 0) f64[c + old * LANES] -= (z * z) / g[old];
    const t = now[k];
    if (t < 0) continue;
    for (let e = start[k]; e < start[k + 1]; e++) {
      const part = value[e] * z;
      f64[G + (t * p + column[e]) * LANES] += part;
      f64[xe + column[e] * LANES] -= part;
    }
    f64[c + t * LANES] += (z * z) / g[t];
  }
}
