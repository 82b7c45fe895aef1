import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as api from "../src/index.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

test("the public names", () => {
  expect(Object.keys(api).sort()).toMatchSnapshot();
});

test.each([
  ["CommonJS", ["-e", 'console.log(typeof require("blmm").fit)']],
  ["ESM", ["--input-type=module", "-e", 'import { fit } from "blmm"; console.log(typeof fit)']],
])("the package resolves by its name as %s from any folder of the checkout", (_, args) => {
  const cwd = path.join(root, "notebooks");
  expect(execFileSync(process.execPath, args, { cwd, encoding: "utf8" })).toBe("function\n");
});
