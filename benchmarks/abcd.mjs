// Three fits of ABCD-shaped data and a comparison, in one process: wall and processor time, and the counts that do
// not depend on how busy the machine is. `npm run bench -- abcd` runs it, with the floor beside.
// node benchmarks/abcd.mjs FOLDER WHERE: the folder of `blmm simulate`, and where results go.
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const [folder, where] = process.argv.slice(2);
const { compare, fit, openStudy } = createRequire(import.meta.url)("../dist/index.js");
const rows = [];

async function timed(name, work) {
  const began = performance.now();
  const before = process.cpuUsage();
  const made = await work();
  const { user, system } = process.cpuUsage(before);
  rows.push({ name, wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 });
  return made;
}

const fits = {};
for (const design of ["des1", "des1r", "des2"]) {
  const study = await timed(`open ${design}`, () => openStudy(path.join(folder, `lh_${design}.yml`)));
  fits[design] = await timed(`fit and write ${design}`, () =>
    fit(study, { outdir: path.join(where, design) }),
  );
}
await timed("compare des1r with des2", async () => compare(fits.des1r, fits.des2));

const counts = Object.entries(fits).map(([design, results]) => {
  const inside = Array.from(results.mask.keys()).filter((v) => results.mask[v] !== 0);
  const certificate = results.map("certificate").data;
  const failed = inside.filter((v) => !(certificate[v] < 1e-7)).length;
  const { evaluations, ringPatterns } = results.info.fit;
  const images = results.info.n;
  return {
    design,
    images,
    vertices: inside.length,
    ringPatterns,
    evaluations: evaluations / inside.length,
    certificatesFailed: failed,
    bytesRead: 4 * images * results.info.vertices,
    backend: results.backend,
  };
});
const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} cores, Node ${process.version}`;
const peak = process.resourceUsage().maxRSS / 2 ** 20;
process.stdout.write(`${JSON.stringify({ machine, peak, rows, counts })}\n`);
