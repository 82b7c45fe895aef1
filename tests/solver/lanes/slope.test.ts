import { expect, test } from "vitest";
import { referenceStudy } from "../../reference.js";
import { fitHere } from "../fitting.js";
import { fitInLanes } from "./fitting.js";

const { X, factor, Y, vertices } = referenceStudy("des2");
const plain = fitHere(X, factor, Y, vertices);

test("the lane kernel gives what the plain solver gives", () => {
  const { estimates, left } = fitInLanes(plain.model, Y, vertices);
  const a = estimates,
    b = plain.estimates;
  console.log("left", left, vertices, "evaluations", a.evaluations.reduce((x, y) => x + y, 0) / vertices);
  const worst: Record<string, number> = {};
  for (const name of [
    "llh",
    "sigma2",
    "D",
    "beta",
    "basisCovariance",
    "basisGradient",
    "parameterCovariance",
    "resms",
    "n",
    "status",
  ] as const) {
    const width = a[name].length / vertices;
    let w = 0;
    for (let v = 0; v < vertices; v++) {
      if (left.includes(v)) continue;
      let scale = 0;
      for (let k = 0; k < width; k++) scale = Math.max(scale, Math.abs(b[name][v * width + k]));
      for (let k = 0; k < width; k++)
        w = Math.max(
          w,
          Math.abs(a[name][v * width + k] - b[name][v * width + k]) / (name === "llh" ? 1 : scale || 1),
        );
    }
    worst[name] = w;
  }
  console.log(worst, (globalThis as any).H, ((globalThis as any).X ?? []).slice(0, 60));
  expect(worst.llh).toBeLessThan(1e-8);
});
