import type { InterceptMemory } from "./interceptMemory.js";
import { LANE_BYTES, LANES } from "./kernel.js";

/** Two g that differ by less than this share of themselves are one pattern. */
const SAME_PATTERN = 1e-11;

/** The patterns of one vertex: the design's first, then its own. */
interface OwnPatterns {
  /** g and levels of each. */
  readonly g: number[];
  readonly count: number[];
  /** Images present. */
  n: number;
}

/**
 * The levels of 8 vertices that lost images: which pattern each has left, and which it has come to by the images that are
 * left. Nothing is planned: what a level adds to the sums of patterns is moved from one to the other.
 */
export class RingLevels {
  readonly own: readonly OwnPatterns[] = Array.from({ length: LANES }, () => ({ g: [], count: [], n: 0 }));
  /** The pattern of each level with all its images. */
  private readonly pattern: Int32Array;
  /** As `changeLevels` of the kernel has them. */
  private readonly records: number[] = [];
  private readonly entries: number[] = [];
  private readonly lefts: number[] = [];
  /** Where records, entries and what is left lie in the kernel's memory, and the bytes that there are for them. */
  private readonly places = [0, 0, 0];
  private readonly room = [0, 0, 0];

  constructor(private readonly memory: InterceptMemory) {
    const { start } = memory.intercepts;
    this.pattern = new Int32Array(memory.design.levels);
    for (let t = 0; t + 1 < start.length; t++) this.pattern.fill(t, start[t], start[t + 1]);
  }

  /** Slots that the 8 vertices take. */
  get patterns(): number {
    return Math.max(...this.own.map(({ g }) => g.length));
  }

  /** Finds the levels of the picked images that lost some. */
  take(): void {
    const { memory, own, records, entries, lefts, pattern } = this;
    const { kernel, design, intercepts } = memory;
    const { n, levels, start, Z } = design;
    kernel.missingOf(n, memory.picked, memory.missing);
    const missing = new Uint8Array(memory.f64.buffer, memory.missing, n);
    for (const one of own) {
      one.g.length = 0;
      one.count.length = 0;
      one.g.push(...intercepts.g);
      one.count.push(...intercepts.count);
      one.n = n;
    }
    records.length = 0;
    entries.length = 0;
    lefts.length = 0;
    const slot = new Int32Array(LANES);
    const left = new Float64Array(LANES);
    for (let s = 0; s < levels; s++) {
      let some = 0;
      for (let i = start[s]; i < start[s + 1]; i++) some |= missing[i];
      if (some === 0) continue;
      const old = pattern[s];
      for (let l = 0; l < LANES; l++) {
        left[l] = 0;
        if ((some & (1 << l)) === 0) continue;
        for (let i = start[s]; i < start[s + 1]; i++) {
          if ((missing[i] & (1 << l)) === 0) left[l] += Z[2 * i] ** 2;
          else own[l].n--;
        }
        own[l].count[old]--;
        if (left[l] === 0) continue;
        slot[l] = patternOf(own[l], left[l]);
        own[l].count[slot[l]]++;
      }
      const first = entries.length;
      for (let l = 0; l < LANES; l++) {
        if (left[l] === 0) continue;
        // All lanes that come to the same slot go together.
        entries.push(slot[l]);
        for (let m = 0; m < LANES; m++) {
          const isTogether = left[m] !== 0 && slot[m] === slot[l];
          lefts.push(isTogether ? left[m] : 0);
          if (isTogether) left[m] = 0;
        }
      }
      records.push(s, old, first, entries.length - first);
    }
  }

  /** g, levels and B of the design and E'E into the slots of all lanes, which then have their own. */
  place(): void {
    const { memory, own, patterns } = this;
    const { design, intercepts, slots, EE } = memory;
    const { p } = design;
    const size = (p * (p + 1)) / 2;
    const T = intercepts.g.length;
    const { f64 } = memory;
    for (let k = 0; k < T * size; k++) {
      const at = slots.B / 8 + k * LANES;
      f64.fill(intercepts.B[k], at, at + LANES);
    }
    memory.clear(slots.B + T * size * LANE_BYTES, (patterns - T) * size);
    for (let i = 0, k = patterns * size; i < p; i++) {
      for (let j = 0; j <= i; j++, k++) {
        const from = EE / 8 + (i * p + j) * LANES;
        f64.copyWithin(slots.B / 8 + k * LANES, from, from + LANES);
      }
    }
    own.forEach(({ g, count }, l) => {
      for (let t = 0; t < patterns; t++) {
        f64[slots.g / 8 + t * LANES + l] = g[t] ?? 0;
        f64[slots.levels / 8 + t * LANES + l] = count[t] ?? 0;
      }
    });
    const { records, entries, lefts } = this;
    for (const [k, bytes] of [4 * records.length, 4 * entries.length, 8 * lefts.length].entries()) {
      if (this.room[k] < bytes) {
        this.room[k] = 2 * bytes;
        this.places[k] = memory.allocate(2 * bytes);
      }
    }
    memory.i32.set(records, this.places[0] / 4);
    memory.i32.set(entries, this.places[1] / 4);
    memory.f64.set(lefts, this.places[2] / 8);
  }

  /** Moves the sums of the levels to their patterns, and once also what they add to B and E'E. */
  move(withB: boolean): void {
    const { memory, patterns, places } = this;
    const { kernel, design, start, Z, picked, G, levelColumns, slots, z, xe, changing } = memory;
    const { p } = design;
    const T = memory.intercepts.g.length;
    memory.clear(slots.G + T * p * LANE_BYTES, (patterns - T) * p);
    memory.clear(slots.c + T * LANE_BYTES, patterns - T);
    const squares = slots.B + ((patterns * p * (p + 1)) / 2) * LANE_BYTES;
    kernel.changeLevels(
      this.records.length / 4,
      places[0],
      places[1],
      places[2],
      start,
      Z,
      picked,
      G,
      ...levelColumns,
      withB ? 1 : 0,
      slots.B,
      squares,
      z[0],
      slots.G,
      slots.c,
      xe[0],
      p,
      changing,
    );
  }
}

function patternOf({ g, count }: OwnPatterns, left: number): number {
  for (let t = 0; t < g.length; t++) if (Math.abs(g[t] - left) <= SAME_PATTERN * left) return t;
  count.push(0);
  return g.push(left) - 1;
}
