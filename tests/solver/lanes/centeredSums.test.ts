import { describe, expect, test } from "vitest";
import { buildModel, type Model } from "../../../src/model/model.js";
import type { Estimates } from "../../../src/solver/estimates.js";
import { type SmallStudy, smallStudy } from "../../studies.js";
import { fitHere } from "../fitting.js";
import { fitInLanes, fitIntercepts } from "./fitting.js";
import { expectSame } from "./same.js";

/** Every second vertex rises steeply with a column of X, which explains nearly all of it. */
function steep(study: SmallStudy): Float32Array {
  const { X, vertices } = study;
  const p = X.columns.length;
  return study.Y.map((y, k) => {
    const [image, vertex] = [Math.floor(k / vertices), k % vertices];
    return vertex % 2 === 1 ? y + 300 * X.values[image * p + 1] : y;
  });
}

function fitted(q: number, model: Model, Y: Float32Array, vertices: number, own: boolean): Estimates {
  const { estimates, left } =
    q === 1 ? fitIntercepts(model, Y, vertices, own) : fitInLanes(model, Y, vertices, { own, pilot: false });
  expect(left).toEqual([]);
  return estimates;
}

describe.each([1, 2])("where X explains nearly all, with %d random effects,", (q) => {
  const study = smallStudy({ seed: 12, q, p: 5, subjects: 60, vertices: 8 });
  const model = buildModel(study.X, study.factor);
  const Y = steep(study);

  test.each([false, true])("residuals are summed, as if it explained little (ring: %s)", (own) => {
    const plain = fitHere(study.X, study.factor, Y, study.vertices);
    const estimates = fitted(q, model, Y, study.vertices, own);
    expectSame(estimates, plain.estimates, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test.each([false, true])(
    "and neighbors that need no more sums keep theirs, to the last bit (ring: %s)",
    (own) => {
      const estimates = fitted(q, model, Y, study.vertices, own);
      const beside = fitted(q, model, study.Y, study.vertices, own);
      const { p } = model;
      for (const v of [0, 2, 4, 6]) {
        const of = ({ llh, sigma2, beta }: Estimates) => [
          llh[v],
          sigma2[v],
          beta.subarray(v * p, (v + 1) * p),
        ];
        expect(of(estimates)).toEqual(of(beside));
      }
      // The others have more of the column, and the same variances.
      for (const v of [1, 3, 5, 7]) {
        expect(estimates.beta[v * p + 1] - beside.beta[v * p + 1]).toBeCloseTo(300, 2);
        expect(estimates.sigma2[v] / beside.sigma2[v]).toBeCloseTo(1, 3);
      }
    },
  );
});
