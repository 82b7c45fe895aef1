import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

test("the drawing library is loaded with the first picture, not with blmm", () => {
  const program = `
    const loaded = () => Object.keys(require.cache).some((file) => /@napi-rs.canvas/.test(file));
    const { view } = require("./dist/index.js");
    const before = loaded();
    view(Float64Array.from({ length: 42 }, (_, v) => v)).png().then((png) => {
      console.log(JSON.stringify([before, loaded(), Buffer.from(png).toString("latin1", 1, 4)]));
    });`;
  const said = execFileSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(said)).toEqual([false, true, "PNG"]);
});
