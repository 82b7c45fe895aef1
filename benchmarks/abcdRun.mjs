// Fits designs of ABCD-shaped data in one process, together, and compares two of them: wall and processor time of each
// piece, and counts that do not depend on how busy the machine is; as JSON.
// node benchmarks/abcdRun.mjs FOLDER WHERE DESIGNS [--threads N] [--maxmem BYTES]
import { createRequire } from "node:module";
import path from "node:path";

const [folder, where, designs] = process.argv.slice(2);
const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
};
const [threads, maxMemory] = [option("threads"), option("maxmem")];
const { compare, fit, loadConfig, openStudy } = createRequire(import.meta.url)("../dist/index.js");
const rows = [];

/** Times what is done; the first piece begins with the process. */
async function timed(name, work, before = process.cpuUsage(), began = performance.now()) {
  const made = await work();
  const { user, system } = process.cpuUsage(before);
  rows.push({ name, wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 });
  return made;
}

const names = designs.split(",");
const studies = [];
for (const name of names) {
  const isFirst = studies.length === 0;
  const start = isFirst ? [{ user: 0, system: 0 }, 0] : [];
  studies.push(
    await timed(
      `open ${name}`,
      async () => {
        const config = await loadConfig(path.join(folder, `lh_${name}.yml`));
        const outdir = path.join(where, name);
        return openStudy({ ...config, outdir, ...(maxMemory === undefined ? {} : { maxMemory }) });
      },
      ...start,
    ),
  );
}
const list = names.length === 1 ? names[0] : "them together";
const fits = await timed(`read, fit and write ${list}`, () =>
  fit(studies, threads === undefined ? {} : { threads }),
);
const [reduced, full] = [names.indexOf("des1r"), names.indexOf("des2")];
if (reduced >= 0 && full >= 0) {
  await timed("compare des1r with des2", async () => compare(fits[reduced], fits[full]));
}

const counts = fits.map((results, k) => {
  const { mask, info } = results;
  const inside = Array.from(mask.keys()).filter((v) => mask[v] !== 0);
  const certificate = results.map("certificate").data;
  const { evaluations, ringPatterns, bytesRead, blocks, seconds } = info.fit;
  return {
    design: names[k],
    images: info.n,
    vertices: inside.length,
    ringPatterns,
    evaluations: evaluations / inside.length,
    certificatesFailed: inside.filter((v) => !(certificate[v] < 1e-7)).length,
    bytesRead,
    blocks,
    seconds,
  };
});
const peak = process.resourceUsage().maxRSS / 2 ** 20;
process.stdout.write(`${JSON.stringify({ peak, rows, counts, backend: fits[0].backend })}\n`);
