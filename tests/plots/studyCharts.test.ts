import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStudy, type Study, visitsOf } from "../../src/design/index";
import { oneVertex } from "../../src/oneVertex/index";
import { plotDesign } from "../../src/plots/designPicture";
import { plotSubjects, plotVisits } from "../../src/plots/studyCharts";
import { colorsOf } from "../notebooks/colors";
import { simulatedStudy, Workspace } from "../workspace";

const workspace = new Workspace();
let study: Study;
beforeAll(async () => {
  await simulatedStudy(workspace);
  study = await openStudy(workspace.file("lh_des2.yml"));
});
afterAll(() => workspace.remove());

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

test("visits are bars, one a number of images", () => {
  const chart = plotVisits(study);
  expect(Array.from(chart.spec.series[0].y)).toEqual(visitsOf(study.factors[0]));
  expect(String(chart)).toContain("subject");
});

test("subjects are lines over the column that varies within them; a fit adds what it expects", async () => {
  const v = study.analysisMask.indexOf(1);
  const one = await oneVertex(study, v);
  const chart = plotSubjects(one, { subjects: 5 });
  expect(chart.spec.x).toBe("LongitudinalTime");
  expect(chart.spec.series).toHaveLength(10);
  const { x, y } = chart.spec.series[0];
  const time = study.column("LongitudinalTime");
  for (const [k, t] of x.entries()) expect(one.y).toContain(y[k] + 0 * t);
  expect([...x].every((t) => time.includes(t))).toBe(true);
  const fit = one.at([0.5, 0, 0.1]);
  const drawn = plotSubjects(one, { subjects: 5, fit });
  const expected = drawn.spec.series.filter(({ draw }) => draw === "reference");
  expect(expected).toHaveLength(5);
  // What is expected is nearer to the values than the average is: each subject has a line of its own.
  const residual = one.residuals(fit);
  const points = drawn.spec.series.filter(({ draw }) => draw === "points");
  const far = expected.reduce(
    (sum, line, s) => sum + line.y.reduce((a, e, k) => a + (points[s].y[k] - e) ** 2, 0),
    0,
  );
  const rows = points.flatMap((cloud) => [...cloud.y].map((value) => one.y.indexOf(value)));
  expect(far).toBeLessThan(rows.reduce((sum, i) => sum + residual[i] ** 2, 0));
  expect(() => plotSubjects(one, { time: "Tim" })).toThrow("no column");
});

test("X is a picture of every image and column, with words and a plotly figure beside it", async () => {
  const picture = plotDesign(study);
  if (process.env.BLMM_LOOK) writeFileSync(process.env.BLMM_LOOK, picture.png());
  expect(await colorsOf(base64(picture.png()))).toBeGreaterThan(50);
  expect(String(picture)).toMatch(/^X: \d+ images × 23 columns[\s\S]*Scanner_8/);
  const [heatmap] = picture.figure.data as { z: number[][]; x: string[] }[];
  expect([heatmap.z.length, heatmap.z[0].length]).toEqual([study.n, 23]);
  expect(Math.max(...heatmap.z.flat())).toBe(1);
  expect(heatmap.z.every(([intercept]) => intercept === 1)).toBe(true);
});
