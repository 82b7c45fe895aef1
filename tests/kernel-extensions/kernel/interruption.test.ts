import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest, slowdown } from "./client";

const VARIABLES =
  "let n = 1; let seen = ''; const kept = { name: 'kept' }; const sleep = (ms: number) => new Promise<void>((r) => setTimeout(r, ms));";

let kernel: KernelUnderTest;
beforeAll(async () => {
  kernel = await KernelUnderTest.start();
  await kernel.execute(VARIABLES);
}, 60_000);
afterAll(() => kernel?.stop());

const CELLS: Record<string, string> = {
  "a synchronous loop": "for (;;) n++",
  "a loop that swallows every error": "for (;;) { try { for (;;) n++ } catch { n = -1 } finally { n = -2 } }",
  "a loop after an await": "await sleep(50); for (;;) n++",
  "a loop in a promise of a library": "await Promise.resolve().then(() => { for (;;) n++ })",
  "a loop in a timer": "setTimeout(() => { for (;;) n++ }, 20); await sleep(100000)",
  "endless microtasks": "for (;;) { await null; n++ }",
  "a promise that never settles": "await new Promise(() => {})",
  "an async loop": "for (;;) { await sleep(5); n++ }",
  "an async loop that swallows every error":
    "for (;;) { try { await sleep(5); n++ } catch { seen = 'swallowed' } }",
  "an awaited function of an earlier cell": "await spin()",
  "for await over an endless source":
    "async function* source() { for (;;) { await sleep(5); yield 1 } }\nfor await (const x of source()) n++",
  fetch:
    "import * as http from 'node:http'; const server = http.createServer(() => {}); await new Promise<void>((r) => server.listen(0, '127.0.0.1', r)); await fetch('http://127.0.0.1:' + (server.address() as any).port)",
  "timers/promises": "import { setTimeout as st } from 'node:timers/promises'; await st(100000)",
  "Atomics.wait": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "Atomics.wait after an await":
    "await sleep(20); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "a regular expression that never ends": "/(a+)+$/.test('a'.repeat(45) + 'b')",
  "a program it waits for":
    "import { spawn } from 'node:child_process'; const pr = spawn('sleep', ['100']); await new Promise((r) => pr.on('exit', r))",
  "a program run by execSync": "import { execSync } from 'node:child_process'; execSync('sleep 100')",
  "worker threads in endless loops":
    "import { Worker } from 'node:worker_threads'; const ws = [1, 2].map(() => new Worker('for(;;);', { eval: true })); await new Promise(() => {})",
  "worker threads that follow the signal":
    "import { Worker } from 'node:worker_threads'; const w2 = new Worker('for(;;);', { eval: true }); await new Promise((_, no) => kernel.signal.addEventListener('abort', () => { void w2.terminate(); no(kernel.signal.reason) }))",
  "a loop of native calls":
    "const rows = Array.from({ length: 1e6 }, (_, i) => ({ i })); for (;;) JSON.stringify(rows)",
};

/** Whether something of the cell still changes `n`, a while after it was stopped. */
const STILL =
  "await sleep(700); const before = n; await sleep(100); [kept.name, before === n ? 'stopped' : 'still running'].join(', ')";

describe("an interrupt answers within a second, and the variables are still there", {
  timeout: 60_000,
}, () => {
  test.each(Object.entries(CELLS))("%s", async (_, code) => {
    await kernel.execute("async function spin() { for (;;) { await sleep(5); n++ } }");
    const { error, seconds } = await kernel.interrupted(code, 700);
    expect(error?.ename).toBe("Interrupted");
    // A second of a free core; other work on the machine makes it longer in proportion.
    expect(seconds).toBeLessThan(slowdown());
    expect(await kernel.shown(STILL)).toBe("'kept, stopped'");
  });

  test("finally of a synchronous loop runs too, and its error is that of its line", async () => {
    const { error } = await kernel.interrupted(
      "seen = '';\ntry {\n  for (;;) n++;\n} finally { seen = 'tidy' }",
      300,
    );
    expect(error?.ename).toBe("Interrupted");
    expect(await kernel.shown("seen")).toBe("'tidy'");
  });

  test("finally runs, and the signal says why", async () => {
    const code =
      "seen = ''; kernel.signal.addEventListener('abort', () => { seen += kernel.signal.reason.name }); try { await sleep(100000) } finally { seen += ' finally' }";
    expect((await kernel.interrupted(code, 300)).error?.ename).toBe("Interrupted");
    expect(await kernel.shown("seen")).toBe("'Interrupted finally'");
  });

  test("an interval of a stopped cell ends, one of an ended cell goes on until it is stopped too", async () => {
    await kernel.execute("let ticks = 0; setInterval(() => { ticks++ }, 5); 0");
    await kernel.execute("await sleep(50)");
    expect(await kernel.shown("ticks > 2")).toBe("true");
    await kernel.interrupted("await sleep(100000)", 100);
    expect(await kernel.shown("const seenTicks = ticks; await sleep(50); ticks === seenTicks")).toBe("true");
  });

  test("an interval that its cell clears is over", async () => {
    await kernel.execute(
      "let beats = 0; const beat = setInterval(() => { if (++beats === 3) clearInterval(beat) }, 5);",
    );
    await kernel.execute("await sleep(100)");
    expect(await kernel.shown("beats")).toBe("3");
  });

  test("an interrupt between cells does nothing", async () => {
    await kernel.request("interrupt_request", {}, "control");
    expect(await kernel.shown("kept.name")).toBe("'kept'");
  });
});

test("a fit ends: its threads end, its memory comes back, nothing is written", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "blmm-fit-"));
  const fitter = await KernelUnderTest.start("ours", folder);
  try {
    const prepared = await fitter.execute(
      "import { fit, icosphere, loadConfig, openStudy, simulate } from 'blmm';\nimport { readdirSync, rmSync } from 'node:fs';\nconst sphere = icosphere(4);\nawait simulate({ outdir: 'study', subjects: 240, meshes: { lh: sphere, rh: sphere } });\nconst study = await openStudy(await loadConfig('study/lh_des2.yml'));",
    );
    expect(prepared.error).toBeUndefined();
    // What waits for the collector is not kept: it runs before each look, twice, since a thread's end frees more.
    const collector = await fitter.execute(
      "import { setFlagsFromString } from 'node:v8';\nimport { runInNewContext } from 'node:vm';\nsetFlagsFromString('--expose-gc');\nimport { setTimeout as rest } from 'node:timers/promises';\nconst collect: () => void = runInNewContext('gc');\nasync function keptBytes(): Promise<number> { for (let k = 0; k < 3; k++) { collect(); await rest(20); } const m = process.memoryUsage(); return m.arrayBuffers + m.heapUsed; }",
    );
    expect(collector.error).toBeUndefined();
    const threads = async (): Promise<number> =>
      Number(await fitter.shown("readdirSync('/proc/self/task').length"));
    const before = await threads();
    const memory: number[] = [];
    for (let k = 0; k < 6; k++) {
      const options = k % 2 === 0 ? "" : ", { signal: kernel.signal }";
      // A fit may end before the interrupt: its results go, and the next one runs.
      const again = `for (;;) { const { directory } = await fit(study${options}); rmSync(directory ?? "", { recursive: true }); }`;
      const { error } = await fitter.interrupted(again, 1000);
      expect(error?.ename).toBe("Interrupted");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await threads()).toBe(before);
      memory.push(Number(await fitter.shown("await keptBytes()")));
    }
    expect(memory[5]).toBeLessThan(1.1 * memory[1]);
    expect(readdirSync(path.join(folder, "study")).filter((name) => name.startsWith("results"))).toEqual([]);
  } finally {
    fitter.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("200 random cells, interrupted at random moments: all are stopped, no variable is lost", {
  timeout: 600_000,
}, async () => {
  const random = xoroshiro128plus(20_260_924);
  const share = (): number => (random.next() >>> 0) / 2 ** 32;
  const cells = [
    "for (;;) n++",
    "await sleep(5); for (;;) n++",
    "for (;;) { await null; n++ }",
    "for (;;) { await sleep(1); n++ }",
    "setInterval(() => { for (let i = 0; i < 1e7; i++) n++ }, 1); await sleep(1e6)",
    "for (;;) { console.log(n++); if (n % 100 === 0) await sleep(1) }",
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
    "for (;;) JSON.stringify(Array.from({ length: 1e5 }, (_, i) => i))",
    "for (;;) { const t = Date.now(); while (Date.now() - t < 190 + Math.random() * 40) n++; await sleep(0) }",
    "for (;;) { const t = Date.now(); while (Date.now() - t < 230) n++; await new Promise((r) => setImmediate(r)) }",
    "for (;;) { try { await sleep(1) } catch { } finally { n++ } }",
  ];
  const outcomes: string[] = [];
  for (let k = 0; k < 200; k++) {
    const code = cells[Math.floor(share() * cells.length)];
    const outcome = await Promise.race([stopped(code, 600 * share()), pause(60_000, "it never ended")]);
    outcomes.push(outcome === "stopped" ? outcome : `${code}: ${outcome}`);
    if (outcome !== "stopped") break;
  }
  expect(outcomes).toEqual(Array.from({ length: 200 }, () => "stopped"));
});

async function stopped(code: string, afterMs: number): Promise<string> {
  const { error } = await kernel.interrupted(code, afterMs);
  const kept = await kernel.shown("kept.name");
  kernel.forget();
  return error?.ename === "Interrupted" && kept === "'kept'" ? "stopped" : `${error?.ename}, kept is ${kept}`;
}

const pause = (ms: number, said: string): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, ms, said));
