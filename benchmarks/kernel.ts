/**
 * The kernel's times: start to first result, later small cells, a type error, interrupts, memory over many cells.
 * `npm run bench -- kernel [--cells 5000]`. Figures are of this machine and of what else runs on it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { KernelUnderTest } from "../tests/kernel-extensions/kernel/client";

const STARTS = 5;
const CELLS = [
  (k: number) => `const a${k % 50} = ${k}; a${k % 50} + 1`,
  (k: number) => `let x = ${k}; x *= 2; console.log('x', x)`,
  (k: number) => `function f${k % 50}(v: number) { return v + ${k} }\nf${k % 50}(2)`,
  (k: number) => `[{ a: ${k}, b: 'x' }, { a: 2, b: 'y' }]`,
  (k: number) =>
    `await new Promise((r) => setTimeout(r, 1)); display({ toMimeBundle: () => ({ 'text/html': '<b>${k}</b>' }) })`,
  () => "const rows = Array.from({ length: 1000 }, (_, i) => ({ i })); rows.length",
  () => "import { loadConfig } from 'blmm'; typeof loadConfig",
];

const seconds = (since: number): number => (performance.now() - since) / 1000;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const worst = (values: readonly number[]): number => Math.max(...values);
const ms = (value: number): string => `${Math.round(1000 * value)} ms`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return seconds(started);
}

/** Megabytes resident. */
function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

const starts: number[] = [];
const imports: number[] = [];
for (let k = 0; k < STARTS; k++) {
  const started = performance.now();
  const kernel = await KernelUnderTest.start();
  await kernel.execute("1 + 1");
  starts.push(seconds(started));
  imports.push(await timed(() => kernel.execute("import { fit } from 'blmm'; typeof fit")));
  kernel.stop();
}

const kernel = await KernelUnderTest.start();
const small: number[] = [];
const faults: number[] = [];
for (let k = 0; k < 60; k++) {
  small.push(await timed(() => kernel.execute(`const v${k} = ${k}; v${k} + 1`)));
  faults.push(await timed(() => kernel.execute(`const w${k}: number = "x";`)));
}
const report = [
  `load ${loadavg()[0].toFixed(1)}`,
  `start to first result: best ${Math.min(...starts).toFixed(2)} s, median ${median(starts).toFixed(2)} s`,
  `import blmm: median ${ms(median(imports))}`,
  `a small cell: median ${ms(median(small))}, worst ${ms(worst(small))}`,
  `a type error: median ${ms(median(faults))}, worst ${ms(worst(faults))}`,
];
process.stdout.write(`${report.join("\n")}\n`);

const total = Number(process.argv.find((_, k, all) => all[k - 1] === "--cells") ?? 0);
if (total > 0) {
  const runner = Number(execFileSync("pgrep", ["-P", String(kernel.process.pid)], { encoding: "utf8" }));
  const sizes: { readonly kernel: number; readonly runner: number }[] = [];
  for (let k = 0; k < total; k++) {
    await kernel.execute(CELLS[k % CELLS.length](k));
    kernel.forget();
    if (k % 500 !== 499) continue;
    sizes.push({ kernel: resident(kernel.process.pid ?? 0), runner: resident(runner) });
    const { kernel: a, runner: b } = sizes[sizes.length - 1];
    process.stdout.write(`${k + 1} cells: kernel ${a.toFixed(0)} MB, runner ${b.toFixed(0)} MB\n`);
  }
}
kernel.stop();
