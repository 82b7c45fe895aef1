import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest } from "./client";

let kernel: KernelUnderTest;
beforeAll(async () => {
  kernel = await KernelUnderTest.start("ours", undefined, { BLMM_KERNEL_HEAP_MB: "300" });
}, 60_000);
afterAll(() => kernel?.stop());

const alive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

describe("a cell that goes wrong is told in words, and the variables stay", { timeout: 60_000 }, () => {
  test.each([
    ["exits", "process.exit(2)", /^CellCannot: process\.exit\(2\) would end the kernel/],
    ["aborts", "process.abort()", /^CellCannot: process\.abort\(\)/],
    [
      "recurses for ever",
      "function deep(): number { return deep() + 1 }\ndeep()",
      /^RangeError: Maximum call stack/,
    ],
    ["asks for too large an array", "new Float64Array(1e12)", /^RangeError: Invalid typed array length/],
    ["rejects without await", "Promise.reject(new Error('unseen')); 5", /^Error: unseen/],
    [
      "throws in a timer",
      "setTimeout(() => { throw new Error('late') }, 5); await new Promise((r) => setTimeout(r, 50))",
      /^Error: late/,
    ],
    [
      "reads the keyboard",
      "import * as rl from 'node:readline/promises'; await rl.createInterface({ input: process.stdin }).question('name? ')",
      /does not read the keyboard/,
    ],
    ["throws what is no error", "throw 'a string'", /^Thrown: a string/],
    [
      "throws in a thread",
      "import { Worker } from 'node:worker_threads'; new Worker('throw new Error(\"in a thread\")', { eval: true }); await new Promise((r) => setTimeout(r, 3000))",
      /^Error: in a thread/,
    ],
  ])("%s", async (_, code, words) => {
    await kernel.execute("var kept = 42;");
    expect(await kernel.shown(code)).toMatch(words);
    expect(await kernel.shown("kept")).toBe("42");
  });

  test("a cause is told too", async () => {
    const { error } = await kernel.execute("throw new Error('outer', { cause: new RangeError('inner') })");
    expect(error?.traceback.join("\n")).toMatch(/Error: outer[\s\S]*Caused by:\n {2}RangeError: inner/);
  });

  test("an error after the cell is written to stderr, with its line", async () => {
    const from = kernel.all.length;
    await kernel.execute("setTimeout(() => { throw new Error('afterwards') }, 100); 'done'");
    await kernel.until((all) => all.slice(from).some(({ content }) => content.name === "stderr"));
    const text = kernel.all
      .slice(from)
      .map(({ content }) => content.text ?? "")
      .join("");
    expect(text).toMatch(/^Uncaught Error: afterwards\ncell \d+, line 1/);
  });

  test("a library that writes natively is heard", async () => {
    const from = kernel.all.length;
    await kernel.execute(
      "import { execSync } from 'node:child_process'; execSync('echo native', { stdio: 'inherit' }); 0",
    );
    await kernel.until((all) => all.slice(from).some(({ content }) => content.text === "native\n"));
  });
});

describe("a process of cells that dies", { timeout: 90_000 }, () => {
  test.each([
    [
      "out of memory",
      "const all: number[][] = []; for (;;) all.push(new Array(1000).fill(Math.random()))",
      /used more memory than there is/,
    ],
    ["killed", "process.kill(process.pid, 'SIGKILL')", /most often because memory ran out/],
  ])("%s: the person is told, and the kernel goes on", async (_, code, words) => {
    await kernel.execute("var lost = 1;");
    const { error } = await kernel.execute(code);
    expect(error?.ename).toBe("KernelRestarted");
    expect(error?.evalue).toMatch(words);
    expect(error?.evalue).toContain("Its variables are gone");
    expect(await kernel.shown("1 + 1")).toBe("2");
    expect(await kernel.shown("lost")).toMatch(/TypeScriptError.*Cannot find name 'lost'/);
  });

  test("between cells: said on stderr", async () => {
    const from = kernel.all.length;
    await kernel.execute("setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100); 'done'");
    await kernel.until((all) => all.slice(from).some(({ content }) => content.name === "stderr"));
    expect(await kernel.shown("1 + 1")).toBe("2");
  });

  test("closes its comms", async () => {
    await kernel.execute("kernel.comm('viewer').open(); 0");
    const { messages } = await kernel.execute("process.kill(process.pid, 'SIGKILL')");
    expect(messages.map(({ header }) => header.msg_type)).toContain("comm_close");
    expect((await kernel.request("comm_info_request", {})).content.comms).toEqual({});
  });
});

test("a kernel killed inside a loop leaves no process behind", { timeout: 60_000 }, async () => {
  const other = await KernelUnderTest.start();
  const runner = Number(await other.shown("process.pid"));
  void other.execute("for (;;) {}");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(alive(runner)).toBe(true);
  other.stop();
  for (let k = 0; k < 100 && alive(runner); k++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(alive(runner)).toBe(false);
});

test("a kernel whose server was killed ends by itself", { timeout: 60_000 }, async () => {
  const other = await KernelUnderTest.start("ours", undefined, {}, ["-e", STARTED_BY]);
  const pid = Number(await other.shown("process.ppid"));
  expect(alive(pid)).toBe(true);
  other.stop();
  for (let k = 0; k < 200 && alive(pid); k++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(alive(pid)).toBe(false);
});

/** A process that starts the kernel, as a server does, and is killed in its place. */
const STARTED_BY =
  "require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' }); setInterval(() => {}, 1000)";

test("shutdown answers and ends both processes", { timeout: 60_000 }, async () => {
  const other = await KernelUnderTest.start();
  const runner = Number(await other.shown("process.pid"));
  const ended = new Promise((resolve) => other.process.once("exit", resolve));
  const { content } = await other.request("shutdown_request", { restart: true }, "control");
  expect(content).toEqual({ status: "ok", restart: true });
  expect(await ended).toBe(0);
  for (let k = 0; k < 100 && alive(runner); k++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(alive(runner)).toBe(false);
  other.stop();
});
