import type { LevelDesign } from "../../model/levelDesign.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** Where the search begins when nothing is known: a third of σ² in each random effect. */
export const UNKNOWN: readonly number[] = [0.3, 0, 0.3];

/**
 * The start of a vertex: one scoring step in (σ², σ²D) from a reference D that many share. The step needs four
 * quadratic forms of a vertex's z, with weights a level that depend on the reference alone. Searches in float64
 * start from a fixed reference; those in float32 from one that fits the study once `setReference` has named it.
 */
export class SlopeStart {
  private readonly fixed: Float64Array;
  private named: Float64Array;

  constructor(private readonly memory: SlopeMemory) {
    const { weights, inverse } = momentWeights(memory.design, Float64Array.from(UNKNOWN));
    memory.f64.set(weights, memory.momentWeights / 8);
    memory.f32.set(weights, memory.momentWeights32 / 4);
    this.fixed = inverse;
    this.named = inverse;
  }

  /** Makes vech(D), in the model's coordinates, the reference of searches in float32. */
  setReference(D: Float64Array): void {
    const { memory } = this;
    const { weights, inverse } = momentWeights(memory.design, D);
    memory.f32.set(weights, memory.momentWeights32 / 4);
    this.named = inverse;
  }

  /** vech(D) to begin with, from the four forms and e'e of a vertex, in any unit of the images. */
  from(
    precision: "float32" | "float64",
    forms: readonly [number, number, number, number],
    ee: number,
  ): readonly number[] {
    const inverse = precision === "float32" ? this.named : this.fixed;
    const q = [forms[0] + ee, forms[1], forms[2], forms[3]];
    const t = [0, 0, 0, 0];
    for (let a = 0; a < 4; a++) for (let b = 0; b < 4; b++) t[a] += inverse[4 * a + b] * q[b];
    const D = [t[1] / t[0], t[2] / t[0], t[3] / t[0]];
    return t[0] > 0 && D.every(Number.isFinite) ? D : UNKNOWN;
  }
}

/**
 * Weights of (z1², z1 z2, z2²) a level for e'V⁻²e less e'e and the three entries of Z'V⁻¹ee'V⁻¹Z, and the
 * expectations of those four in (σ², σ²D): with H = (I + G D)⁻¹ and U = D H, h = H z and V⁻¹e = e − Z U z.
 */
export function momentWeights({ n, p, levels, G }: LevelDesign, [d11, d21, d22]: Float64Array) {
  const weights = new Float64Array(12 * levels);
  const E = new Float64Array(16);
  const determinant = d11 * d22 - d21 * d21;
  E[0] = n - p;
  for (let s = 0; s < levels; s++) {
    const g11 = G[4 * s];
    const g12 = G[4 * s + 1];
    const g22 = G[4 * s + 2];
    const dg = G[4 * s + 3];
    const r = 1 / (1 + d11 * g11 + 2 * d21 * g12 + d22 * g22 + determinant * dg);
    const a = r * (1 + d22 * g22 + d21 * g12);
    const b = r * (-d22 * g12 - d21 * g11);
    const c = r * (-d21 * g22 - d11 * g12);
    const d = r * (1 + d21 * g12 + d11 * g11);
    const t11 = r * (g11 + dg * d22);
    const t12 = r * (g12 - dg * d21);
    const t22 = r * (g22 + dg * d11);
    const u11 = d11 * a + d21 * c;
    const u12 = d11 * b + d21 * d;
    const u21 = d21 * a + d22 * c;
    const u22 = d21 * b + d22 * d;
    const v11 = g11 * u11 + g12 * u21;
    const v12 = g11 * u12 + g12 * u22;
    const v21 = g12 * u11 + g22 * u21;
    const v22 = g12 * u12 + g22 * u22;
    weights.set(
      [
        -2 * u11 + u11 * v11 + u21 * v21,
        -2 * (u12 + u21) + 2 * (u11 * v12 + u21 * v22),
        -2 * u22 + u12 * v12 + u22 * v22,
        a * a,
        2 * a * b,
        b * b,
        a * c,
        a * d + b * c,
        b * d,
        c * c,
        2 * c * d,
        d * d,
      ],
      12 * s,
    );
    // Z'V⁻²Z = H G H', and tr V⁻² = n − Σ 2 tr UG + tr UGUG.
    const m11 = a * g11 + b * g12;
    const m12 = a * g12 + b * g22;
    const m21 = c * g11 + d * g12;
    const m22 = c * g12 + d * g22;
    const k11 = m11 * a + m12 * b;
    const k12 = m11 * c + m12 * d;
    const k22 = m21 * c + m22 * d;
    const x11 = u11 * g11 + u12 * g12;
    const x12 = u11 * g12 + u12 * g22;
    const x21 = u21 * g11 + u22 * g12;
    const x22 = u21 * g12 + u22 * g22;
    E[0] += -2 * (x11 + x22) + x11 * x11 + 2 * x12 * x21 + x22 * x22;
    const sums = [k11, 2 * k12, k22];
    for (let k = 0; k < 3; k++) E[1 + k] += sums[k];
    const rows = [
      [k11, t11 * t11, 2 * t11 * t12, t12 * t12],
      [k12, t11 * t12, t11 * t22 + t12 * t12, t12 * t22],
      [k22, t12 * t12, 2 * t12 * t22, t22 * t22],
    ];
    rows.forEach((row, i) => {
      for (let k = 0; k < 4; k++) E[4 * (i + 1) + k] += row[k];
    });
  }
  return { weights, inverse: inverse4(E) ?? new Float64Array(16) };
}

/** The inverse of a 4 × 4 matrix by elimination with row exchanges; undefined where it is singular. */
function inverse4(E: Float64Array): Float64Array | undefined {
  const rows = Array.from({ length: 4 }, (_, i) => [
    ...E.subarray(4 * i, 4 * i + 4),
    ...[0, 1, 2, 3].map((j) => (i === j ? 1 : 0)),
  ]);
  for (let i = 0; i < 4; i++) {
    let pivot = i;
    for (let k = i + 1; k < 4; k++) if (Math.abs(rows[k][i]) > Math.abs(rows[pivot][i])) pivot = k;
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    const d = rows[i][i];
    if (!(Math.abs(d) > 0)) return undefined;
    for (let j = 0; j < 8; j++) rows[i][j] /= d;
    for (let k = 0; k < 4; k++) {
      const f = rows[k][i];
      if (k !== i) for (let j = 0; j < 8; j++) rows[k][j] -= f * rows[i][j];
    }
  }
  return Float64Array.from(rows.flatMap((row) => row.slice(4)));
}
