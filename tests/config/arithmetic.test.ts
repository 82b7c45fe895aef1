import fc from "fast-check";
import { expect, test } from "vitest";
import { arithmetic } from "../../src/config/arithmetic.js";

test.each([
  ["2**32", 2 ** 32],
  ["8 * 1024**3", 8 * 1024 ** 3],
  ["2**3**2", 512],
  ["-(1 + 2) * 3", -9],
  ["1e9/4", 2.5e8],
  [" 7 ", 7],
])("%s", (text, value) => {
  expect(arithmetic(text)).toBe(value);
});

test.each(["process.exit(0)", "2**", "(1", "1 2", "", "0x10", "1/0", "a", "__import__('os')"])(
  "%s is no number",
  (text) => {
    expect(arithmetic(text)).toBeUndefined();
  },
);

test("any text is a finite number or nothing", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = arithmetic(text);
      expect(value === undefined || Number.isFinite(value)).toBe(true);
    }),
  );
});
