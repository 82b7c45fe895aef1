import { inverseOf, type LevelDesign } from "../../model/levelDesign.js";
import type { LevelTerms } from "../../model/levelTerms.js";
import { LANE_BYTES, LANES, LaneMemory } from "./kernel.js";

/** The kernel's memory for a design with two random effects: where everything lies. */
export class SlopeMemory extends LaneMemory {
  /** The design: shared by all lanes. */
  readonly start: number;
  readonly Z: number;
  readonly A: readonly [row: number, column: number, value: number];
  readonly A32: readonly [row: number, column: number, value: number];
  readonly E: readonly [row: number, column: number, value: number];
  readonly G: number;
  readonly G32: number;
  readonly K: number;
  readonly inverseXX: number;
  /** Σ E'E, the same in all lanes: p × p lane vectors. */
  readonly EE: number;
  /** Whether X'V⁻¹X is summed over the levels throughout: there are no terms. */
  readonly direct: boolean;
  /** The terms of X'V⁻¹X. */
  readonly termG: number;
  readonly termG32: number;
  readonly entry: number;
  readonly B: number;
  readonly B32: number;
  readonly transposedB: number;
  readonly transposedB32: number;
  /** Byte offsets at which `combine` puts the entries of a packed p × p matrix, and of a vector. */
  readonly square: number;
  readonly line: number;
  /** The images of 8 vertices, and which columns of a block these are. */
  readonly picked: number;
  readonly columns: number;
  /** Two halves of 8 vertices in float64 and the 16 of both in float32: z, E'e and the scale of each. */
  readonly z: readonly [number, number];
  readonly xe: readonly [number, number];
  readonly scale: readonly [number, number];
  readonly z32: number;
  readonly xe32: number;
  /** Sums of the images: what is taken off them first, y'y, e'e, images present, the least-squares fit. */
  readonly center: number;
  readonly yy: number;
  readonly ee: number;
  readonly present: number;
  readonly gamma: number;
  /** Each lane's own G, where it misses images, and room for 8 lanes one after the other. */
  readonly ownG: number;
  readonly byLane: number;
  /** One evaluation: D, passes over the levels, the p × p solve, derivatives. */
  readonly D: number;
  readonly h: number;
  readonly inverse: number;
  readonly S: number;
  readonly beta: number;
  readonly M: number;
  readonly C: number;
  /** U = L⁻ᵀ of X'V⁻¹X = LL', upper triangular: C = UU'. */
  readonly U: number;
  readonly sums: number;
  readonly out: number;
  readonly work: number;
  readonly slope: number;
  readonly dM: number;
  /** U'∂MU of each ∂M, what U is in the model's basis, and p lane vectors to work with. */
  readonly whitened: number;
  readonly basisU: number;
  readonly rowWork: number;
  readonly crossTraces: number;
  readonly moved: number;
  readonly moving: number;
  readonly weights: number;
  readonly packed: number;
  readonly traces: number;
  readonly weighed: number;
  /** C and its derivatives in the model's basis, packed: 4 × p(p+1)/2. */
  readonly basisC: number;
  /** The same of one lane after the other: C in float64, 8 × p(p+1)/2, and its derivatives in float32, 8 × 3 × p(p+1)/2. */
  readonly covarianceRows: number;
  readonly gradientRows: number;
  /** The start: weights of the moments, in both precisions, and the moments. */
  readonly momentWeights: number;
  readonly momentWeights32: number;
  readonly moments: number;

  constructor(
    readonly design: LevelDesign,
    readonly terms: LevelTerms,
  ) {
    super();
    const { n, p, levels, A, E } = design;
    const size = (p * (p + 1)) / 2;
    const r = terms.count;
    this.direct = r === 0;
    const offsets = (columns: Int32Array) => columns.map((j) => j * LANE_BYTES);
    this.start = this.int32(design.start);
    this.Z = this.float64(design.Z);
    const rowA = this.int32(A.start);
    const columnA = this.int32(offsets(A.column));
    this.A = [rowA, columnA, this.float64(A.value)];
    this.A32 = [rowA, columnA, this.float32(A.value)];
    this.E = [this.int32(E.start), this.int32(offsets(E.column)), this.float64(E.value)];
    this.G = this.float64(design.G);
    this.G32 = this.float32(design.G);
    this.K = this.float64(design.K);
    const inverse = inverseOf(design.XX, p);
    if (inverse === undefined) throw new Error("the design's X has lost rank");
    this.EE = this.lanes(p * p);
    for (let k = 0; k < p * p; k++) {
      this.f64.fill(design.EE[k], this.EE / 8 + k * LANES, this.EE / 8 + (k + 1) * LANES);
    }
    this.inverseXX = this.float64(padded(inverse, p, p));
    this.termG = this.float64(terms.G);
    this.termG32 = this.float32(terms.G);
    this.entry = this.int32(terms.entry);
    const transposed = new Float64Array(r * size);
    for (let i = 0; i < size; i++) for (let j = 0; j < r; j++) transposed[j * size + i] = terms.B[i * r + j];
    this.B = this.float64(padded(terms.B, size, r));
    this.B32 = this.float32(padded(terms.B, size, r));
    this.transposedB = this.float64(padded(transposed, r, size));
    this.transposedB32 = this.float32(padded(transposed, r, size));
    const square: number[] = [];
    for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) square.push(i * p + j);
    this.square = this.int32(offsets(Int32Array.from([...square, 0, 0])));
    this.line = this.int32(offsets(Int32Array.from({ length: Math.max(p, r) + 2 }, (_, j) => j)));
    this.picked = this.allocate(4 * n * LANES);
    this.columns = this.allocate(4 * LANES);
    this.z = [this.lanes(2 * levels), this.lanes(2 * levels)];
    this.xe = [this.lanes(p), this.lanes(p)];
    this.scale = [this.lanes(1), this.lanes(1)];
    this.z32 = this.lanes(2 * levels);
    this.xe32 = this.lanes(p);
    this.center = this.lanes(1);
    this.yy = this.lanes(1);
    this.ee = this.lanes(1);
    this.present = this.lanes(1);
    this.gamma = this.lanes(p);
    this.ownG = this.lanes(4 * levels);
    this.byLane = this.lanes(Math.max(p, 4 * levels));
    this.D = this.lanes(4);
    this.h = this.lanes(2 * levels);
    this.inverse = this.lanes(levels);
    this.S = this.lanes(p);
    this.beta = this.lanes(p);
    this.M = this.lanes(p * p);
    this.C = this.lanes(p * p);
    this.U = this.lanes(p * p);
    this.sums = this.lanes(64);
    this.out = this.lanes(4);
    this.work = this.lanes(32);
    this.slope = this.lanes(3 * p);
    this.dM = this.lanes(3 * p * p);
    this.whitened = this.lanes(3 * p * p);
    this.basisU = this.lanes(p * p);
    this.rowWork = this.lanes(p + 1);
    this.crossTraces = this.lanes(9);
    this.moved = this.lanes(3 * p);
    this.moving = this.lanes(6);
    this.weights = this.lanes(10 * r);
    this.packed = this.lanes(size);
    this.traces = this.lanes(r);
    this.weighed = this.lanes(9);
    this.basisC = this.lanes(4 * size);
    this.covarianceRows = this.lanes(size);
    this.gradientRows = this.allocate(4 * LANES * 3 * size);
    this.momentWeights = this.allocate(96 * levels);
    this.momentWeights32 = this.allocate(48 * levels);
    this.moments = this.lanes(4);
  }
}

/** Two rows more: `combine` takes rows in pairs. */
function padded(values: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array((rows + 2) * columns);
  out.set(values);
  return out;
}
