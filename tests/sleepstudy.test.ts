import { afterAll, expect, test } from "vitest";
import { openStudy } from "../src/design/index.js";
import { fit } from "../src/fit.js";
import { sleepstudy } from "./sleepstudy.js";
import { Workspace } from "./workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

test("the sleepstudy as one-vertex images gives lme4's published fit", async () => {
  const yml = sleepstudy(place);
  const results = await fit(await openStudy(yml));
  // lme4 1.1-31, lmer(Reaction ~ Days + (Days | Subject)); the images are float32.
  expect(results.map("beta").data[0]).toBeCloseTo(251.40510485, 4);
  expect(results.map("beta").data[1]).toBeCloseTo(10.46728596, 4);
  expect(results.map("conSE").data[0]).toBeCloseTo(6.824596695, 3);
  expect(results.map("conSE").data[1]).toBeCloseTo(1.545789644, 4);
  expect(results.map("conT_swedf").data[1]).toBeCloseTo(16.99998373, 2);
  const sigma2 = results.map("sigma2").data[0];
  expect(sigma2).toBeCloseTo(654.940008, 2);
  const [D11, D21, D22] = results.map("D").data;
  expect(D11 * sigma2).toBeCloseTo(612.1, 1);
  expect(D21 * sigma2).toBeCloseTo(9.6044, 2);
  expect(D22 * sigma2).toBeCloseTo(35.0717, 2);
  expect(results.map("llh").data[0]).toBeCloseTo(-871.81413598, 4);
});
