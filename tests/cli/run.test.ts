import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JupyterServer, startServer } from "../../src/notebook/jupyterServer.js";
import type { Notebook, Output } from "../../src/notebook/notebook.js";
import { notebookText, root } from "../notebook/notebooks.js";
import { processesOf, untilGone } from "../start/npmStart.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
const command = path.join(root, "dist", "blmm.js");
const MINUTES = 60_000;

function blmm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: place.folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const written = (name: string): Notebook => JSON.parse(readFileSync(place.file(name), "utf8"));
const outputsOf = (name: string): (readonly Output[] | undefined)[] =>
  written(name).cells.map(({ outputs }) => outputs);

// The tests of what cells come to share a server; those of the server itself start their own.
let server: JupyterServer;
let at: string;
beforeAll(async () => {
  server = await startServer(place.folder);
  at = `${server.url}?token=${server.token}`;
}, 3 * MINUTES);
afterAll(async () => {
  await server?.stop();
  place.remove();
}, MINUTES);

describe("blmm run", () => {
  test("starts a server, runs beside the notebook, leaves nothing behind", { timeout: 3 * MINUTES }, () => {
    const notebook = notebookText([
      { source: "const threshold = 2;", tags: ["parameters"] },
      "import { half } from './half';\nimport { version } from 'blmm';\nconsole.log(version);\nhalf(threshold)",
      "",
    ]);
    place.write("étude 1/a.ipynb", notebook);
    place.write("étude 1/half.ts", "export const half = (x: number): number => x / 2;\n");
    const runs = () => readdirSync(path.join(root, ".jupyter")).filter((name) => name.startsWith("run-"));
    const before = runs();
    const { status, stdout, stderr } = blmm(
      "run",
      "étude 1/a.ipynb",
      "--set",
      "threshold=5",
      "--timeout",
      "60",
    );
    expect(stderr).toMatch(/^\[1\/3\] .* s {2}const threshold = 2;\n\[2\/3\].*\n\[3\/3\].*import \{ half \}/);
    expect(stdout).toMatch(/^étude 1\/a\.executed\.ipynb \(.* s\)\n$/);
    expect(status).toBe(0);
    const { cells, metadata } = written("étude 1/a.executed.ipynb");
    expect(cells.map(({ execution_count }) => execution_count)).toEqual([1, 2, 3, null]);
    expect(cells[2].outputs).toEqual([
      { output_type: "stream", name: "stdout", text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) },
      { output_type: "execute_result", data: { "text/plain": "2.5" }, metadata: {}, execution_count: 3 },
    ]);
    expect(metadata.language_info).toMatchObject({ name: "typescript" });
    expect(readFileSync(place.file("étude 1/a.ipynb"), "utf8")).toBe(notebook);
    expect(runs()).toEqual(before);
  });

  test("stops at a cell that fails, with the cell and its traceback, and keeps the copy up to there", {
    timeout: 2 * MINUTES,
  }, () => {
    place.write(
      "fails.ipynb",
      notebookText([
        { source: "throw new Error('expected')", tags: ["raises-exception"] },
        "const x: number = 1;\nthrow new RangeError('boom ' + x);",
        "console.log('not reached')",
      ]),
    );
    const { status, stdout, stderr } = blmm("run", "fails.ipynb", "--out", "out.ipynb", "--server", at);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/blmm: code cell 2 of 3 \(cell-2\) failed:\n\n {4}const x: number = 1;\n/);
    expect(stderr).toMatch(/RangeError: boom 1\n.*line 2/);
    expect(stderr).toMatch(/The copy up to here: out\.ipynb\n$/);
    expect(outputsOf("out.ipynb").map((outputs) => outputs?.map(({ ename }) => ename))).toEqual([
      ["Error"],
      ["RangeError"],
      [],
    ]);
  });

  test("interrupts a cell that takes longer than --timeout", { timeout: 2 * MINUTES }, () => {
    place.write("slow.ipynb", notebookText(["console.log('begun'); for (;;) {}", "1"]));
    const { status, stderr } = blmm("run", "slow.ipynb", "--timeout", "2", "--server", at);
    expect(status).toBe(1);
    expect(stderr).toMatch(/code cell 1 of 2 \(cell-1\) took longer than 2\.0 s and was interrupted/);
    expect(outputsOf("slow.executed.ipynb")[0]).toMatchObject([
      { output_type: "stream", text: "begun\n" },
      { output_type: "error", ename: "Interrupted" },
    ]);
  });

  test("puts outputs together as they were shown: updates, clearing, all of 20,000 lines", {
    timeout: 3 * MINUTES,
  }, () => {
    place.write(
      "outputs.ipynb",
      notebookText([
        "const bar = display({ toMimeBundle: () => ({ 'text/plain': 'old' }) });",
        "bar.update({ toMimeBundle: () => ({ 'text/plain': 'new' }) });",
        "console.log('gone'); kernel.clearOutput(true); console.log('stays'); console.error('beside');",
        "for (let i = 0; i < 20000; i++) console.log('line ' + i);",
      ]),
    );
    expect(blmm("run", "outputs.ipynb", "--server", at, "-q")).toEqual({ status: 0, stdout: "", stderr: "" });
    const [shown, updated, cleared, lines] = outputsOf("outputs.executed.ipynb");
    expect(shown).toMatchObject([{ output_type: "display_data", data: { "text/plain": "new" } }]);
    expect(updated).toEqual([]);
    expect(cleared).toMatchObject([
      { name: "stdout", text: "stays\n" },
      { name: "stderr", text: "beside\n" },
    ]);
    const expected = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join("");
    expect(lines).toHaveLength(1);
    expect(lines?.[0].text === expected).toBe(true);
  });

  test("says so when the kernel ends", { timeout: 2 * MINUTES }, () => {
    place.write(
      "ends.ipynb",
      notebookText(["process.kill(process.ppid, 'SIGKILL'); await new Promise(() => undefined);"]),
    );
    const { status, stderr } = blmm("run", "ends.ipynb", "--server", at);
    expect(stderr).toMatch(/^blmm: the kernel ended while this cell ran/);
    expect(status).toBe(1);
    expect(readdirSync(place.folder)).not.toContain("ends.executed.ipynb");
  });

  test("Ctrl-C ends it, with nothing written", { timeout: 2 * MINUTES }, async () => {
    place.write("endless.ipynb", notebookText(["1", "for (;;) {}"]));
    const run = spawn(process.execPath, [command, "run", "endless.ipynb", "--server", at], {
      cwd: place.folder,
    });
    let said = "";
    run.stderr.on("data", (chunk) => {
      said += chunk;
      if (said.includes("[1/2]")) run.kill("SIGINT");
    });
    const status = await new Promise((resolve) => run.once("exit", resolve));
    expect(said).toMatch(/blmm: stopped; nothing was written\n$/);
    expect(status).toBe(130);
    expect(readdirSync(place.folder).filter((name) => /endless/.test(name))).toEqual(["endless.ipynb"]);
    const left = await fetch(`${server.url}api/sessions?token=${server.token}`).then((r) => r.json());
    expect(left).toEqual([]);
  });
});

test("a run that is killed leaves no server and no kernel", { timeout: 3 * MINUTES }, async () => {
  place.write("killed/endless.ipynb", notebookText(["1", "for (;;) {}"]));
  const folder = place.file("killed");
  const others = new Set(readdirSync(path.join(root, ".jupyter")));
  const run = spawn(process.execPath, [command, "run", "killed/endless.ipynb"], { cwd: place.folder });
  await new Promise<void>((resolve) => {
    run.stderr.on("data", (chunk) => {
      if (String(chunk).includes("[1/2]")) resolve();
    });
  });
  expect(processesOf(folder).length).toBeGreaterThan(1);
  run.kill("SIGKILL");
  await untilGone(folder);
  // What it kept its runtime files in stays: nobody was left to remove it.
  for (const name of readdirSync(path.join(root, ".jupyter"))) {
    if (!others.has(name) && name.startsWith("run-"))
      rmSync(path.join(root, ".jupyter", name), { recursive: true });
  }
});

describe("bad input", () => {
  beforeAll(() => {
    place.write("good.ipynb", notebookText([{ source: "let threshold = 1;", tags: ["parameters"] }]));
    place.write("other.ipynb", notebookText(["1"], "nosuch"));
    place.write("text.ipynb", "not JSON");
    place.write("data.ipynb", '{"cells": 3}');
    place.write("old.ipynb", '{"nbformat": 3, "worksheets": []}');
  });
  test.each([
    [["missing.ipynb"], /^blmm: missing\.ipynb: no such file; expected a notebook/],
    [["text.ipynb"], /^blmm: text\.ipynb: it is not JSON; expected a notebook/],
    [["data.ipynb"], /^blmm: data\.ipynb: JSON that is not a notebook/],
    [["old.ipynb"], /^blmm: old\.ipynb: a notebook of format 3; expected format 4/],
    [["."], /^blmm: \.: EISDIR.*; expected a notebook/],
    [["good.ipynb", "--set", "treshold=3"], /declares "treshold"\. Near it: threshold\n$/],
    [["good.ipynb", "--set", "threshold"], /--set: "threshold"; expected name=value\n$/],
    [
      ["good.ipynb", "--out", "good.ipynb"],
      /--out: good\.ipynb is the notebook itself; expected another file\n$/,
    ],
    [["good.ipynb", "--out", "no/such/x.ipynb"], /--out: there is no folder .*such\n$/],
    [
      ["good.ipynb", "--server", "http://127.0.0.1:9/"],
      /^blmm: no Jupyter server answers at http:\/\/127\.0\.0\.1:9\/\n$/,
    ],
  ])("%j: one message, exit 1", (args, message) => {
    const before = readdirSync(place.folder);
    const { status, stdout, stderr } = blmm("run", ...args);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(readdirSync(place.folder)).toEqual(before);
  });

  test("a kernel that is not installed", () => {
    const { status, stderr } = blmm("run", "other.ipynb", "--server", at);
    expect(stderr).toMatch(
      /^blmm: the kernel "nosuch" is not installed for this Jupyter server \(it has blmm\)\. Choose/,
    );
    expect(status).toBe(1);
  });

  test("a token that the server refuses", () => {
    const { status, stderr } = blmm("run", "good.ipynb", "--server", `${server.url}?token=wrong`);
    expect(stderr).toMatch(/^blmm: the Jupyter server at .* refuses the token/);
    expect(status).toBe(1);
  });

  test.each([
    [["run"]],
    [["run", "good.ipynb", "--timeout", "0"]],
    [["run", "good.ipynb", "--timeout", "soon"]],
    [["run", "good.ipynb", "--server", "8888"]],
    [["run", "good.ipynb", "--nosuch"]],
  ])("%j is usage: exit 2", (args) => {
    expect(blmm(...args)).toMatchObject({ status: 2, stdout: "" });
  });
});
