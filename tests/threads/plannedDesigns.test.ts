import { expect, test } from "vitest";
import { PlannedDesigns } from "../../src/threads/plannedDesigns.js";
import { smallStudy } from "../studies.js";

/** A study of its own memory each time. */
const study = () => smallStudy({ q: 2, subjects: 40 });

test("designs of the same numbers are planned once, whatever their columns are called", async () => {
  const designs = new PlannedDesigns(true);
  const { X, factor } = study();
  const planned = await designs.of({ X, factor });
  expect(planned.lanes?.kind).toBe("slope");
  const other = study();
  const renamed = { ...other.X, columns: other.X.columns.map((name) => `${name} rh`) };
  expect(await designs.of({ X: renamed, factor: other.factor })).toBe(planned);
});

test("another number anywhere is another design", async () => {
  const designs = new PlannedDesigns(true);
  const planned = await designs.of(study());
  const changed = (change: (one: ReturnType<typeof study>) => void) => {
    const one = study();
    change(one);
    return designs.of({ X: one.X, factor: one.factor });
  };
  const others = await Promise.all([
    changed(({ X }) => X.values.fill(7, 5, 6)),
    changed(({ factor }) => factor.Z.values.fill(7, 5, 6)),
    changed(({ factor }) => factor.level.fill(0, 1, 2)),
    designs.of({ X: study().X, factor: undefined }),
  ]);
  for (const one of others) expect(one).not.toBe(planned);
  expect(new Set(others).size).toBe(4);
});

test("without the kernel nothing is made for it", async () => {
  expect(await new PlannedDesigns(false).of(study())).toMatchObject({ lanes: undefined, why: undefined });
});
