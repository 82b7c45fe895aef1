import { describe, expect, test } from "vitest";
import { nameOf, parseFormula, parseTerms } from "../../src/prepare/formula";

const names = (text: string) => parseFormula(text).fixed.map(nameOf);

describe("formulas", () => {
  test("fixed effects, interactions, powers and a random part", () => {
    const formula = parseFormula("nback ~ Sex + Age*Time + Age^2 + (1 + Time | subject)");
    expect(formula.response).toBe("nback");
    expect(formula.fixed.map(nameOf)).toEqual(["Sex", "Age", "Time", "Age:Time", "Age^2"]);
    expect(formula.random).toEqual({ slopes: ["Time"], subject: "subject" });
  });

  test.each([
    ["~ a*b*c", ["a", "b", "a:b", "c", "a:c", "b:c", "a:b:c"]],
    ["1 + a + a", ["a"]],
    ["y ~ a:b + b:a", ["a:b"]],
    ["~ `two words` + été", ["two words", "été"]],
  ])("%s", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test.each([
    ["y ~ a + ", "it ends at character 9; expected the name of a column"],
    ["y ~ a ? b", '"?" at character 7; expected a name'],
    ["y ~ a^0", '"0" at character 7; expected a power from 1 to 9'],
    ["y ~ a + (1 + t subject)", '"subject)" at character 16; expected | and the column of the subjects'],
    ["y ~ a b", '"b" at character 7; expected + or the end'],
    ["y ~ (1 | s) + (1 | t)", "at character 15; expected one factor only"],
  ])("%s says where it cannot be read", (text, message) => {
    expect(() => parseFormula(text)).toThrow(message);
  });

  test("an entry of `fixed` is a term or several", () => {
    expect(parseTerms("sex*time").map(nameOf)).toEqual(["sex", "time", "sex:time"]);
    expect(() => parseTerms("a +")).toThrow('"+" at character 3; expected the end');
  });
});
