import { SecantCorrection } from "./secantCorrection.js";
import { SlopeDerivatives } from "./slopeDerivatives.js";
import {
  type Covariance,
  copyNumbers,
  distance,
  largestEigenvalue,
  lengthOf,
  SlopePoint,
  SMALL_EIGENVALUE,
  smallestEigenvalue,
  solveShifted,
} from "./slopePoint.js";

/** What a certified vertex's Newton decrement ½g'H⁻¹g stays under: −2 log-likelihood is that close to its minimum. */
export const LARGEST_DECREMENT = 1e-9;
/** Under this decrement the search without whole Hessians hands over to evaluations that may certify. */
const NEAR = 2e-2;
/** f may fall no faster than this off a face that D stays on (the Karush–Kuhn–Tucker condition). */
const INWARD_SLOPE = 1e-6;
/** A smallest eigenvalue near zero is settled when the last step is this share of it. */
const SETTLED_SHARE = 4e-4;
/** A start with a smaller eigenvalue begins on the edge. */
const START_EIGENVALUE = 1e-3 * (1 - 1e-9);
/** Evaluations that may certify, at most, before the vertex is left to another solver. */
const MOST_CERTIFYING = 12;
/** Evaluations on the way, at most, before every evaluation may certify. */
const MOST_SEARCHING = 30;
/** In float32: with a smaller decrement along the edge, and f falling off it by more than this for each unit, D leaves it. */
const NEAR_ON_EDGE = 0.5;
const CLEARLY_INWARD = 1e-2;
/** The longest step off the edge. */
const LONGEST_OFF_EDGE = 0.3;
/** D beyond this in the model's coordinates is left to another solver. */
const LARGEST_COVARIANCE = 1e4;

/**
 * The search of one vertex for the D that maximizes its restricted likelihood: Newton's method in D itself inside
 * the cone of covariances, where f is closest to quadratic, and in v, D = vv', on its edge. It is driven from
 * outside: each evaluation is taken up by `stride` (float32, unchecked), `consume` (float64) or `certify`.
 */
export class SlopeSearch extends SlopeDerivatives {
  readonly point = new SlopePoint();
  /** −2 × the restricted log-likelihood here, up to a constant. */
  f = Number.POSITIVE_INFINITY;
  evaluations = 0;
  /** Steps in float32 that have come to the edge stay there. */
  strideAlongEdge = false;
  /** Still far from an optimum: evaluations need no whole Hessian. */
  searching = true;
  /** Certified, left to another solver, or without residuals to search: nothing more to do here. */
  ended: "certified" | "left" | "constant" | undefined;
  /** ½g'H⁻¹g of the last step, in units of f. */
  decrement = Number.POSITIVE_INFINITY;
  private readonly step: number[] = [0, 0, 0];
  private readonly best = {
    f: Number.POSITIVE_INFINITY,
    point: new SlopePoint(),
    gradient: [0, 0, 0] as number[],
    hessian: [0, 0, 0, 0, 0, 0, 0, 0, 0] as number[],
  };
  private readonly secant = new SecantCorrection();
  private radius = 1;
  private tries = 0;
  private certifying = 0;
  private consumed = 0;

  /** @param degrees images less fixed effects. */
  constructor(start: readonly number[], degrees: number) {
    super();
    this.degrees = degrees;
    this.point.moveTo([start[0], start[1], start[2]], START_EIGENVALUE);
    this.best.point.copy(this.point);
    this.radius = this.largestRadius;
  }

  /** A step is as long as D at most, so that from far out it may shrink several times. */
  private get largestRadius(): number {
    return Math.max(1, largestEigenvalue(this.point.covariance));
  }

  /** Whether an evaluation with the whole Hessian has been taken up. */
  get isCertifying(): boolean {
    return this.certifying > 0;
  }

  /** The best f is of another function from now on: nothing is compared with it. */
  forgetBest(): void {
    this.best.f = Number.POSITIVE_INFINITY;
  }

  /** D after the last Newton step, as it stands: it may lie outside the cone. */
  get moved(): Covariance {
    const { point, step } = this;
    const [d11, d21, d22] = point.covariance;
    if (point.rank === 2) return [d11 + step[0], d21 + step[1], d22 + step[2]];
    const v1 = point.x[0] + step[0];
    const v2 = point.x[1] + step[1];
    return [v1 * v1, v1 * v2, v2 * v2];
  }

  /** A Newton step without a look at f: what comes of it is checked in float64. */
  stride(): void {
    if (this.ended !== undefined) return;
    this.evaluations++;
    this.radius = this.largestRadius;
    this.secant.learn(this.point.covariance, this);
    this.newton();
    const isLeaving = this.point.rank === 1 && this.decrement < NEAR_ON_EDGE && !this.strideAlongEdge;
    if (isLeaving && this.edgeSlope < -CLEARLY_INWARD) this.leaveFace();
    else this.advance();
  }

  /** Takes up an evaluation on the way: goes on from here, or shortens the step that led here. */
  consume(): void {
    if (!this.searching) return;
    this.evaluations++;
    if (++this.consumed >= MOST_SEARCHING) this.searching = false;
    if (this.f <= this.best.f + 1e-12 * Math.abs(this.best.f)) this.keep();
    else {
      this.radius = Math.hypot(...this.step) / 4;
      this.goBack();
      if (!(this.radius > 1e-9)) {
        this.searching = false;
        return;
      }
    }
    this.newton();
    this.advance();
    if (this.decrement < NEAR) this.searching = false;
  }

  /** Takes up an evaluation with the whole Hessian: certifies, or searches on. */
  certify(): void {
    if (this.ended !== undefined) return;
    this.evaluations++;
    if (!Number.isFinite(this.f) && !Number.isFinite(this.best.f)) {
      this.ended = "left";
      return;
    }
    this.newton();
    if (this.point.rank === 1 && this.leavesFace()) return;
    if (this.decrement < LARGEST_DECREMENT && this.isSettled()) {
      this.ended = largestEigenvalue(this.moved) < LARGEST_COVARIANCE ? "certified" : "left";
      return;
    }
    this.searching = false;
    if (++this.certifying > MOST_CERTIFYING) {
      this.ended = "left";
      return;
    }
    if (this.f <= this.best.f + 1e-9 * Math.abs(this.best.f)) this.keep();
    else if (Number.isFinite(this.best.f)) {
      this.radius = distance(this.point, this.best.point) / 4;
      this.goBack();
      this.newton();
    }
    this.advance();
    if (this.decrement > NEAR && this.consumed < MOST_SEARCHING) this.searching = true;
  }

  /** To the best point, and the derivatives there. */
  private goBack(): void {
    const { point, gradient, hessian } = this.best;
    this.point.copy(point);
    copyNumbers(gradient, this.gradient);
    copyNumbers(hessian, this.hessian);
  }

  private keep(): void {
    this.radius = Math.min(this.largestRadius, 3 * this.radius);
    this.best.f = this.f;
    this.best.point.copy(this.point);
    copyNumbers(this.gradient, this.best.gradient);
    copyNumbers(this.hessian, this.best.hessian);
  }

  /** On the edge: how f changes for each unit of an eigenvalue off it. */
  get edgeSlope(): number {
    const { gradient: g } = this;
    const w = this.inward();
    return w[0] * g[0] + w[1] * g[1] + w[2] * g[2];
  }

  /** On the edge: vech(uu'), u the direction in which D is zero. */
  private inward(): readonly [number, number, number] {
    const v1 = this.point.x[0];
    const v2 = this.point.x[1];
    const length = lengthOf(v1, v2) || 1;
    const u1 = -v2 / length;
    const u2 = v1 / length;
    return [u1 * u1, u1 * u2, u2 * u2];
  }

  /** On the edge: lets D grow off it where f falls that way. */
  private leavesFace(): boolean {
    if (!(this.edgeSlope < -INWARD_SLOPE && this.decrement < 1e-2)) return false;
    if (++this.certifying > MOST_CERTIFYING) {
      this.ended = "left";
      return true;
    }
    this.leaveFace();
    this.tries = 4;
    this.searching = this.consumed < MOST_SEARCHING;
    this.forgetBest();
    this.radius = 1;
    return true;
  }

  /** On the edge: the Newton step off it. */
  private leaveFace(): void {
    const { point, hessian: H } = this;
    const w = this.inward();
    let curvature = 0;
    for (let k = 0; k < 3; k++) for (let l = 0; l < 3; l++) curvature += w[k] * H[3 * k + l] * w[l];
    const reach = curvature > 0 ? -this.edgeSlope / curvature : 0.01;
    const e = Math.max(2 * SMALL_EIGENVALUE, Math.min(LONGEST_OFF_EDGE, reach));
    const [d11, d21, d22] = point.covariance;
    point.moveTo([d11 + e * w[0], d21 + e * w[1], d22 + e * w[2]], 0);
  }

  /** On the edge; or inside, with a last step that is small beside the smallest eigenvalue. */
  private isSettled(): boolean {
    if (this.point.rank === 1) return true;
    const after = smallestEigenvalue(this.moved);
    const before = smallestEigenvalue(this.point.covariance);
    return after > SMALL_EIGENVALUE && Math.abs(after - before) < SETTLED_SHARE * after;
  }

  /** Takes the step; a D outside the cone, or at its edge, goes on along the edge. */
  private advance(): void {
    const { point, step } = this;
    const D = this.moved;
    if (!D.every(Number.isFinite)) return;
    const rank: number = point.rank;
    if (rank === 1) {
      const isZero = D[0] + D[2] < SMALL_EIGENVALUE;
      point.x[0] = isZero ? 0 : point.x[0] + step[0];
      point.x[1] = isZero ? 0 : point.x[1] + step[1];
      return;
    }
    if (smallestEigenvalue(D) < SMALL_EIGENVALUE && this.tries++ > 3) {
      // Back and forth between edge and inside: half the way to the edge.
      const [d11, d21, d22] = point.covariance;
      point.moveTo([(d11 + D[0]) / 2, (d21 + D[1]) / 2, (d22 + D[2]) / 2], 0);
      return;
    }
    point.moveTo(D, SMALL_EIGENVALUE);
    if (this.point.rank === 1) this.forgetBest();
  }

  /** The Newton step within the radius, by a multiple of the identity added to the Hessian where needed. */
  private newton(): void {
    const { step, radius } = this;
    let { g, K, size } = this.coordinates();
    step.fill(0);
    if (!this.isWhole && !solveShifted(K, g, size, 0, step)) {
      // What was added to the Hessian came from too far away.
      this.forgetCorrection();
      ({ g, K, size } = this.coordinates());
    }
    let largest = 0;
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(K[i * size + i]));
    this.decrement = Number.POSITIVE_INFINITY;
    for (let shift = 0, round = 0; round < 60; round++, shift = shift === 0 ? 1e-3 * largest : 3 * shift) {
      if (!solveShifted(K, g, size, shift, step)) continue;
      let length = 0;
      let along = 0;
      for (let i = 0; i < size; i++) {
        length += step[i] ** 2;
        along -= step[i] * g[i];
      }
      if (!(Math.sqrt(length) <= radius)) continue;
      if (shift === 0) this.decrement = along / 2;
      return;
    }
    step.fill(0);
  }

  /** Gradient and Hessian in the coordinates of the search: D inside, v on the edge. */
  private coordinates(): { readonly g: number[]; readonly K: number[]; readonly size: number } {
    const { gradient, hessian, point } = this;
    if (point.rank === 2) return { g: gradient, K: hessian, size: 3 };
    const v1 = point.x[0];
    const v2 = point.x[1];
    const J = [2 * v1, v2, 0, 0, v1, 2 * v2];
    const g = [0, 0];
    const K = [0, 0, 0, 0];
    for (let i = 0; i < 2; i++) {
      for (let k = 0; k < 3; k++) g[i] += J[3 * i + k] * gradient[k];
      for (let j = 0; j < 2; j++) {
        for (let k = 0; k < 3; k++) {
          for (let l = 0; l < 3; l++) K[2 * i + j] += J[3 * i + k] * hessian[3 * k + l] * J[3 * j + l];
        }
      }
    }
    K[0] += 2 * gradient[0];
    K[1] += gradient[1];
    K[2] += gradient[1];
    K[3] += 2 * gradient[2];
    return { g, K, size: 2 };
  }
}
