import { expect, test } from "vitest";
import { nearestNames } from "../../src/print/nearest.js";

test("of ten names or fewer all are told, the near ones first", () => {
  expect(nearestNames("Sexx", ["Intercept", "Age", "Sex", "Time"])).toEqual([
    "Sex",
    "Age",
    "Time",
    "Intercept",
  ]);
});

test("of more, the near ones; and the nearest when none is near", () => {
  const names = Array.from({ length: 23 }, (_, k) => `Column${k}`);
  expect(nearestNames("Colum7", names)[0]).toBe("Column7");
  expect(nearestNames("Colum7", names)).toHaveLength(5);
  expect(nearestNames("zzzzzzzzzzzz", names)).toHaveLength(5);
  expect(nearestNames("Colum7", names, 1)).toEqual(["Column7"]);
});

test("a letter that is part of what was written is not near", () => {
  expect(nearestNames("MAXMEN", ["X", "Z", "MAXMEM", "outdir"])[0]).toBe("MAXMEM");
  expect(nearestNames("age", ["Age_wave", "Agg", "Age"])[0]).toBe("Age");
});
