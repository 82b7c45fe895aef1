import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { jupyterEnvironment, ownPython } from "../../../src/notebook/jupyter.js";
import { root } from "../../notebook/notebooks.js";
import { Workspace } from "../../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

/**
 * What the suite does not run for this kernel, and why. Its other class, IopubWelcomeTests, is for kernels of protocol 5.4
 * whose iopub socket says welcome; this one speaks 5.3.
 */
const SKIPPED = {
  // A pager is where a kernel answers `name?`; this one answers on Shift-Tab, with inspect_request.
  test_pager: "No code page something",
};

test("jupyter-kernel-test passes whole", { timeout: 300_000 }, () => {
  const suite = path.join(import.meta.dirname, "protocolSuite", "test_kernel.py");
  const { stderr, status } = spawnSync(ownPython(root), [suite], {
    cwd: place.folder,
    encoding: "utf8",
    env: jupyterEnvironment(root, place.file("jupyter")),
  });
  const results = [...stderr.matchAll(/^(test_\w+) \(.*?\)(?:\n.*?)? \.\.\. (\w+)(?: '(.*)')?$/gm)];
  const of = (result: string) => results.filter(([, , got]) => got === result).map(([, name]) => name);
  expect(status, stderr).toBe(0);
  expect(of("FAIL").concat(of("ERROR")), stderr).toEqual([]);
  expect(
    Object.fromEntries(
      results.filter(([, , got]) => got === "skipped").map(([, name, , why]) => [name, why]),
    ),
  ).toEqual(SKIPPED);
  expect(of("ok").length, stderr).toBe(11);
});
