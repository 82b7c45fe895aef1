import { describe, expect, test } from "vitest";
import { statisticKind } from "../../src/document/statisticKinds.js";
import { fdrThreshold, quantile, rounded, suggestedThresholds } from "../../src/document/thresholds.js";

describe("thresholds", () => {
  test("the false discovery rate is that of Benjamini and Hochberg's own example", () => {
    // The 15 p values of Benjamini & Hochberg (1995), section 3.2: at q = .05 the four smallest are rejected.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    const sorted = p.map((one) => -Math.log10(one)).sort((a, b) => a - b);
    expect(fdrThreshold(sorted, 0.05)).toBeCloseTo(-Math.log10(0.0095), 12);
    expect(fdrThreshold([0.1, 0.2], 0.05)).toBeUndefined();
  });

  test("T is offered the smallest |T| whose own p passes", () => {
    const kind = statisticKind("conT");
    if (kind === undefined) throw new Error("conT is not known");
    const T = Float32Array.of(-3, 1, 2.5, -1.9);
    const p = Float32Array.of(2.5, 0.5, 1.95, 1.2);
    const found = suggestedThresholds(kind, 0, T, p);
    expect(found.find(({ label }) => label === "p < .05")?.value).toBe(2.5);
    expect(found.find(({ label }) => label === "p < .001")).toBeUndefined();
    expect(found.find(({ label }) => label === "Bonferroni")?.value).toBe(2.5);
  });

  test("a quantile by selection is that of the sorted numbers, with ties and in any order", () => {
    for (const of of [
      (i: number) => i,
      (i: number) => -i,
      (i: number) => (i * 7919) % 101,
      (i: number) => Math.sin(12.9898 * i) * 5,
      () => 2,
    ]) {
      const values = Float32Array.from({ length: 1003 }, (_, i) => of(i));
      const sorted = values.slice().sort();
      for (const q of [0, 0.02, 0.5, 0.975, 0.995, 1])
        expect(quantile(values, q)).toBe(sorted[Math.round(q * 1002)]);
    }
    expect(quantile(Float32Array.of(4), 0.3)).toBe(4);
  });

  test("the ends of a color bar have two digits and leave nothing out", () => {
    expect(rounded(7.643, true)).toBe(7.7);
    expect(rounded(-7.643, false)).toBe(-7.7);
    expect(rounded(0.01234, true)).toBe(0.013);
  });
});
