import { expect, test } from "vitest";
import { parseContrast } from "../../src/inference/contrastExpression.js";

const columns = ["Intercept", "Age", "Sex", "a b"];
const parse = (text: string) => [...parseContrast(text, columns)];

test("U+2212 is a minus wherever one is typed", () => {
  expect(parse("−Age")).toEqual(parse("-Age"));
  expect(parse("Sex − 2e−1*Age")).toEqual([0, -0.2, 1, 0]);
  expect(parse('−(Age −Sex)/2 − −"a b"')).toEqual(parse('-(Age -Sex)/2 - -"a b"'));
});

test("signs and parentheses without end are no trouble", () => {
  expect(parse(`${"-".repeat(100_001)}Age`)).toEqual([0, -1, 0, 0]);
  expect(() => parse(`${"(".repeat(100_000)}Age`)).toThrow(
    /contrast "\(+…": parentheses without end; expected at most 100/,
  );
});

test("of few columns all are listed, the near ones first", () => {
  expect(() => parse("Agee")).toThrow(
    /no column "Agee" in X; expected one of the columns of X; near: Age, .*Sex.*Intercept/,
  );
});
