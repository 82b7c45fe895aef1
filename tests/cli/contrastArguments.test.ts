import { Command } from "commander";
import { expect, test } from "vitest";
import { plainMinus, withExpressions } from "../../src/cli/contrastArguments.js";

const program = new Command("blmm").option("--verbose");
program.command("fit").option("-t, --threads <count>");
program.command("contrast").option("-o, --outdir <directory>").option("--name <name>");

test.each([
  [
    ["contrast", "out", "-Age"],
    ["contrast", "out", "−Age"],
  ],
  [
    ["--verbose", "contrast", "out", "-0.5*Age", "-order"],
    ["--verbose", "contrast", "out", "−0.5*Age", "−order"],
  ],
  [
    ["contrast", "out", "-o", "-folder", "-(A+B)"],
    ["contrast", "out", "-o", "-folder", "−(A+B)"],
  ],
  [
    ["contrast", "out", "--name", "n", "--outdir=x", "Age"],
    ["contrast", "out", "--name", "n", "--outdir=x", "Age"],
  ],
  [
    ["contrast", "out", "--", "-Age"],
    ["contrast", "out", "--", "-Age"],
  ],
  [
    ["contrast", "--help"],
    ["contrast", "--help"],
  ],
  [
    ["fit", "x.yml", "-t", "-1"],
    ["fit", "x.yml", "-t", "-1"],
  ],
  [["--version"], ["--version"]],
])("%j", (args, expected) => {
  expect(withExpressions(program, args)).toEqual(expected);
});

test("a name has the minus that was typed", () => {
  expect(plainMinus("−Age − Sex")).toBe("-Age - Sex");
});
