import { afterEach, beforeEach, expect, test } from "vitest";
import { openStudy } from "../../src/design/index";
import { fit } from "../../src/fit";
import { icosphere } from "../../src/mesh/index";
import { type CellProgress, cellBar, cellSignal } from "../../src/notebook/cell";
import { simulate } from "../../src/simulate/index";
import { simulatedStudy, Workspace } from "../workspace";

const SIGNAL = Symbol.for("blmm.cellSignal");
const BAR = Symbol.for("blmm.cellBar");
const lent = globalThis as Record<symbol, unknown>;

/** What a kernel lends: a controller of the cell, and the bars that were asked for. */
function lend() {
  const controller = new AbortController();
  const bars: { title: string; updates: CellProgress[] }[] = [];
  lent[SIGNAL] = controller.signal;
  lent[BAR] = (title: string) => {
    const updates: CellProgress[] = [];
    bars.push({ title, updates });
    return { update: (progress: CellProgress) => updates.push(progress) };
  };
  return { controller, bars };
}

let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => {
  delete lent[SIGNAL];
  delete lent[BAR];
  workspace.remove();
});

test("outside a notebook there is neither signal nor bar", () => {
  expect([cellSignal(), cellBar("x")]).toEqual([undefined, undefined]);
});

test("a fit shows one bar, in words, up to the end; progress of one's own replaces it", async () => {
  await simulatedStudy(workspace);
  const study = await openStudy(workspace.file("lh_des1.yml"));
  const { bars } = lend();
  await fit(study, { outdir: false, threads: 1 });
  expect(bars.map(({ title }) => title)).toEqual(["Fit of lh_des1"]);
  const last = bars[0].updates.at(-1);
  expect([last?.stage, last?.done]).toEqual(["testing contrasts", 1]);
  await fit(study, { outdir: false, threads: 1, progress: () => undefined });
  expect(bars).toHaveLength(1);
});

test("interrupting the cell stops a fit and a simulation, which have no signal of their own", async () => {
  await simulatedStudy(workspace);
  const study = await openStudy(workspace.file("lh_des1.yml"));
  const { controller, bars } = lend();
  const mesh = icosphere(1);
  controller.abort();
  await expect(fit(study, { outdir: false, threads: 1 })).rejects.toThrow("stopped");
  const outdir = workspace.file("other");
  await expect(simulate({ outdir, subjects: 30, meshes: { lh: mesh, rh: mesh } })).rejects.toThrow("stopped");
  expect(bars.map(({ title }) => title)).toEqual(["Fit of lh_des1", "Drawing images"]);
});
