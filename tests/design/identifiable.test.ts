import { expect, test } from "vitest";
import { separatesResidual } from "../../src/design/identifiable.js";
import { smallStudy } from "../studies.js";

test.each([
  ["one image a level, a random intercept", { visits: () => 1 }, false],
  ["one level with two images", { visits: (s: number) => (s === 3 ? 2 : 1) }, true],
  [
    "one or two images a level, intercept and slope at various times",
    { visits: (s: number) => 1 + (s % 2), q: 2 },
    true,
  ],
  [
    "two images a level at the same two times, intercept and slope",
    { visits: () => 2, q: 2, sameTimes: true },
    false,
  ],
  ["two images a level at various times, intercept and slope", { visits: () => 2, q: 2 }, true],
  [
    "three images a level at the same times, intercept and slope",
    { visits: () => 3, q: 2, sameTimes: true },
    true,
  ],
  ["three images a level at the same times, a quadratic", { visits: () => 3, q: 3, sameTimes: true }, false],
])("σ² and D: %s", (_, options, separate) => {
  expect(separatesResidual(smallStudy(options).factor)).toBe(separate);
});
