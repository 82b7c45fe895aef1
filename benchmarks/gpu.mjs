// What each backend does on a study of the machine it runs on: the device and mode that GPU.js found, how far from the
// reference, and what a fit takes with it, in turns with the kernel's own. `npm run bench -- gpu`.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const { backends, fit, openStudy, Table } = createRequire(import.meta.url)("../dist/index.js");

/** Each backend is timed so often, in turns; the quickest counts. */
const TURNS = 3;

/** @param folder of `blmm simulate`, left hemisphere. */
export async function benchGpu(folder) {
  const processor = os.cpus()[0]?.model ?? "unknown processor";
  process.stdout.write(
    `${processor}, ${os.availableParallelism()} cores, load ${os.loadavg()[0].toFixed(1)}; ${cards()}\n`,
  );
  for (const design of ["des1", "des2"]) {
    const study = await openStudy(path.join(folder, `lh_${design}.yml`));
    process.stdout.write(`\n${design}: ${study.n} images\n${await backends(study)}\n`);
    const best = {};
    for (let turn = 0; turn < TURNS; turn++) {
      for (const backend of ["wasm", "gpu", "auto"]) {
        const results = await fit(study, { backend, outdir: false });
        if (best[backend] === undefined || results.seconds < best[backend].seconds) best[backend] = results;
      }
    }
    const rows = Object.entries(best).map(([backend, results]) => [
      backend,
      results.seconds.toFixed(2),
      (results.seconds / best.wasm.seconds).toFixed(2),
      difference(results, best.wasm),
      results.backend,
    ]);
    const columns = ["backend", "seconds", "× wasm", "log-likelihood from wasm's, most", "ran as"];
    process.stdout.write(`\n${new Table(`Fit of ${design}, the quickest of ${TURNS}`, columns, rows)}\n`);
  }
  process.stdout.write("\nIn a browser: open dist/products.html there.\n");
}

/** The largest difference of the log-likelihood at a vertex. */
function difference(results, other) {
  const [a, b] = [results.estimates(), other.estimates()];
  return a.llh.reduce((most, value, row) => Math.max(most, Math.abs(value - b.llh[row])), 0).toExponential(1);
}

/** The graphics cards that the system names. */
function cards() {
  for (const [command, ...args] of [
    ["nvidia-smi", "-L"],
    ["sh", "-c", "lspci | grep -iE 'vga|3d|display'"],
  ]) {
    try {
      const said = execFileSync(command, args, {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
      if (said !== "") return said.split("\n").join("; ");
    } catch {
      // The next one may know.
    }
  }
  return "no graphics card found";
}
