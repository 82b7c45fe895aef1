import { describe, expect, it } from "vitest";
import { vechLength } from "../../src/matrix/vech.js";
import { allocateEstimates } from "../../src/solver/estimates.js";
import { ContrastSums } from "../../src/wald/contrastSums.js";

/** Estimates of `rows` vertices whose C and ∂C are made up. */
function madeUp(rows: number, p: number, q: number) {
  const estimates = allocateEstimates(
    Int32Array.from({ length: rows }, (_, v) => v),
    p,
    q,
  );
  estimates.basisCovariance.forEach((_, k, all) => {
    all[k] = Math.sin(1 + k);
  });
  estimates.basisGradient.forEach((_, k, all) => {
    all[k] = Math.cos(1 + k);
  });
  return estimates;
}

describe("sums that contrasts need", () => {
  // An odd and an even number of entries of C; more vertices than are summed together, and no multiple of four.
  it.each([
    [1, 1, 67],
    [2, 2, 130],
    [3, 2, 3],
    [5, 1, 64],
  ])("are those of each row, with p = %i, q = %i, and %i vertices", (p, q, rows) => {
    const packed = vechLength(p);
    const m = vechLength(q);
    const estimates = madeUp(rows, p, q);
    const weights = [0, 1, 2].map((c) =>
      Float64Array.from({ length: packed }, (_, k) => (k + 1) * (c - 0.7)),
    );
    const sums = new ContrastSums(estimates, weights, m);
    for (let row = 0; row < rows; row++) {
      sums.prepare(row);
      weights.forEach((weight, pair) => {
        const expected = (of: ArrayLike<number>, from: number) =>
          weight.reduce((sum, w, k) => sum + w * of[from + k], 0);
        expect(sums.at(row, pair, 0)).toBeCloseTo(expected(estimates.basisCovariance, row * packed), 12);
        for (let k = 0; k < m; k++) {
          const found = sums.at(row, pair, k + 1);
          expect(found).toBeCloseTo(expected(estimates.basisGradient, (row * m + k) * packed), 12);
        }
      });
    }
  });

  it("are the same bits whichever row is asked for first, and however many contrasts there are", () => {
    const estimates = madeUp(150, 4, 2);
    const weight = Float64Array.from({ length: vechLength(4) }, (_, k) => Math.exp(-k));
    const alone = new ContrastSums(estimates, [weight], 3);
    const among = new ContrastSums(estimates, [weight.map((w) => -w), weight], 3);
    for (const row of [149, 0, 64, 3, 66]) {
      alone.prepare(row);
      among.prepare(row);
      for (let k = 0; k <= 3; k++) expect(alone.at(row, 0, k)).toBe(among.at(row, 1, k));
    }
  });

  it("of a row with a value that is not a number leave the others as they are", () => {
    const estimates = madeUp(8, 3, 1);
    estimates.basisCovariance[vechLength(3)] = Number.NaN;
    const sums = new ContrastSums(estimates, [new Float64Array(vechLength(3)).fill(1)], 0);
    sums.prepare(0);
    expect(sums.at(0, 0, 0)).not.toBeNaN();
    expect(sums.at(1, 0, 0)).toBeNaN();
    expect(sums.at(2, 0, 0)).not.toBeNaN();
  });
});
