import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { DesignMatrix } from "../src/design/designMatrix.js";
import type { Factor } from "../src/design/factor.js";

/** A small random study: designs and images in memory. */
export interface SmallStudy {
  readonly X: DesignMatrix;
  readonly factor: Factor;
  /** float32, n × vertices. */
  readonly Y: Float32Array;
  readonly vertices: number;
}

/** What to make. */
export interface SmallStudyOptions {
  readonly seed?: number;
  readonly subjects?: number;
  readonly visits?: (subject: number) => number;
  readonly q?: number;
  readonly p?: number;
  readonly vertices?: number;
  /** Standard deviations of the random effects, relative to the residual's. */
  readonly effects?: readonly number[];
  /** Standard deviation of the visit times around whole numbers. */
  readonly jitter?: number;
  /** Whether first visits are at time zero exactly, as where time is counted from them. */
  readonly fromFirstVisit?: boolean;
  /** Whether everybody is seen at the same times. */
  readonly sameTimes?: boolean;
}

/** Makes a study by seed; visits are 1 to 4 by subject unless told. */
export function smallStudy(options: SmallStudyOptions = {}): SmallStudy {
  const { seed = 1, subjects = 30, q = 1, p = 4, vertices = 6, sameTimes = false, jitter = 0.3 } = options;
  const { fromFirstVisit = false } = options;
  const visits = options.visits ?? ((s: number) => 1 + (s % 4));
  const effects = options.effects ?? [0.8, 0.5, 0.3].slice(0, q);
  const random = xoroshiro128plus(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
  const level: number[] = [];
  const X: number[] = [];
  const Z: number[] = [];
  const rows: number[][] = [];
  for (let s = 0; s < subjects; s++) {
    const b = Array.from({ length: vertices }, () => effects.map((sd) => sd * normal()));
    const between = Array.from({ length: p }, normal);
    for (let visit = 0; visit < visits(s); visit++) {
      const late = sameTimes || (fromFirstVisit && visit === 0) ? 0 : jitter * normal();
      const time = visit + late;
      level.push(s);
      X.push(1);
      for (let j = 1; j < p; j++) X.push(j === 1 ? time : j % 2 === 0 ? between[j] : normal());
      const z = Array.from({ length: q }, (_, a) => (time + 0.5) ** a);
      Z.push(...z);
      rows.push(
        b.map((effect) => 1 + 0.2 * time + effect.reduce((sum, x, a) => sum + x * z[a], 0) + normal()),
      );
    }
  }
  const n = level.length;
  return {
    X: { file: "", columns: Array.from({ length: p }, (_, j) => `x${j}`), values: Float64Array.from(X), n },
    factor: {
      name: "subject",
      levels: Array.from({ length: subjects }, (_, s) => `s${s}`),
      level: Int32Array.from(level),
      Z: { file: "", columns: Array.from({ length: q }, (_, a) => `z${a}`), values: Float64Array.from(Z), n },
    },
    Y: Float32Array.from(rows.flat()),
    vertices,
  };
}
