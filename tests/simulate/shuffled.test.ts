import { afterAll, beforeAll, expect, test } from "vitest";
import { openStudy, type Study } from "../../src/design/index";
import { shuffled } from "../../src/simulate/index";
import { simulatedStudy, Workspace } from "../workspace";

const workspace = new Workspace();
let study: Study;
beforeAll(async () => {
  await simulatedStudy(workspace);
  study = await openStudy(workspace.file("lh_des1.yml"));
});
afterAll(() => workspace.remove());

/** The column's value of each level. */
function cardsOf(one: Study): number[] {
  const values = one.column("NIHScore");
  const { level, levels } = one.factors[0];
  return levels.map((_, s) => values[level.indexOf(s)]);
}

test("the values are dealt out anew among the subjects, and constant within each", () => {
  const dealt = shuffled(study, "NIHScore", { seed: 2 });
  const [before, after] = [cardsOf(study), cardsOf(dealt)];
  expect(after).not.toEqual(before);
  expect([...after].sort()).toEqual([...before].sort());
  const { level } = dealt.factors[0];
  expect(Array.from(dealt.column("NIHScore"))).toEqual(Array.from(level, (s) => after[s]));
  for (const name of study.X.columns.filter((column) => column !== "NIHScore"))
    expect(dealt.column(name)).toEqual(study.column(name));
});

test("the seed decides, the study itself stays as it is, and results go elsewhere", () => {
  const X = study.X.values.slice();
  expect(shuffled(study, "Sex", { seed: 1 }).X.values).toEqual(shuffled(study, "Sex").X.values);
  expect(shuffled(study, "Sex", { seed: 1 }).X.values).not.toEqual(
    shuffled(study, "Sex", { seed: 2 }).X.values,
  );
  expect(study.X.values).toEqual(X);
  expect(shuffled(study, "Sex").config.outdir).toBe(`${study.config.outdir}_shuffled_Sex_1`);
});

test("a column within subjects, and one that is not there, are refused", () => {
  expect(() => shuffled(study, "LongitudinalTime")).toThrow(
    /it varies within subject "sub-\d+"; expected a column that is constant/,
  );
  expect(() => shuffled(study, "Sexx")).toThrow('no column "Sexx" in X; expected one of Sex');
});
