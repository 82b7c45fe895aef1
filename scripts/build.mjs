// Builds the package: one bundle each as CommonJS and ESM, the worker, the command, and the types.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildLabextension, buildPage } from "./buildBrowser.mjs";
import { buildGeometry } from "./geometry.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dist = path.join(root, "dist");

/** Packages that are ESM only: bundled, so that CommonJS callers can load them. */
const bundled = ["d3-random", "zod", "nifti-reader-js", "pure-rand"];

const external = {
  name: "external-packages",
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, (args) => {
      if (args.kind === "entry-point") return undefined;
      const isBundled = bundled.some((name) => args.path === name || args.path.startsWith(`${name}/`));
      const fromPackage = args.importer.includes(`${path.sep}node_modules${path.sep}`);
      return isBundled || fromPackage || path.isAbsolute(args.path)
        ? undefined
        : { path: args.path, external: true };
    });
  },
};

/** The lane kernel, by AssemblyScript: dist/kernel.wasm. */
async function buildKernel() {
  const { main } = await import("assemblyscript/asc");
  const source = path.join("src", "solver", "kernel", "index.ts");
  const options = [
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--enable",
    "simd",
  ];
  const target = path.join(dist, "kernel.wasm");
  const { error, stderr } = await main(
    [source, "--baseDir", root, "--outFile", "kernel.wasm", ...options],
    // Written only when it changed: threads of a running fit may be loading it.
    {
      writeFile: (_name, content) => {
        if (!existsSync(target) || !readFileSync(target).equals(content)) writeFileSync(target, content);
      },
    },
  );
  if (error) throw new Error(`the lane kernel does not compile: ${error.message}\n${stderr}`);
}

export async function buildBundles() {
  mkdirSync(dist, { recursive: true });
  await buildKernel();
  const options = {
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: true,
    logLevel: "warning",
    plugins: [external],
    absWorkingDir: root,
  };
  const commonjs = {
    ...options,
    format: "cjs",
    define: { "import.meta.url": "__fileURL" },
    banner: { js: 'const __fileURL = require("node:url").pathToFileURL(__filename).href;' },
  };
  await Promise.all([
    build({ ...commonjs, entryPoints: ["src/index.ts"], outfile: "dist/index.js" }),
    build({ ...options, format: "esm", entryPoints: ["src/index.ts"], outfile: "dist/index.mjs" }),
    build({ ...commonjs, entryPoints: ["src/threads/worker.ts"], outfile: "dist/worker.js" }),
    build({ ...commonjs, entryPoints: ["src/view/viewThread.ts"], outfile: "dist/viewThread.js" }),
    build({ ...commonjs, entryPoints: ["src/document/buildGeometry.ts"], outfile: "dist/buildGeometry.js" }),
    build({ ...commonjs, entryPoints: ["src/notebook/jupyter.ts"], outfile: "dist/jupyter.js" }),
    build({
      ...commonjs,
      entryPoints: [
        "kernel-extensions/kernel/main.ts",
        "kernel-extensions/kernel/runner/main.ts",
        "kernel-extensions/kernel/runner/listenerThread.ts",
        "kernel-extensions/kernel/runner/commThreadMain.ts",
      ],
      outbase: "kernel-extensions/kernel",
      outdir: "dist/kernel",
    }),
    build({
      ...commonjs,
      entryPoints: ["src/cli/blmm.ts"],
      outfile: "dist/blmm.js",
      banner: { js: `#!/usr/bin/env node\n${commonjs.banner.js}` },
    }),
  ]);
  chmodSync(path.join(dist, "blmm.js"), 0o755);
  copyFileSync(
    path.join(root, "kernel-extensions", "kernel", "cellGlobals.d.ts"),
    path.join(dist, "kernel", "cellGlobals.d.ts"),
  );
  // Jupyter finds kernels in the folder `kernels` of each folder of JUPYTER_PATH: dist is one.
  for (const [source, place] of [
    ["kernelspec", path.join("kernels", "blmm")],
    ["serverConfig", "config"],
  ]) {
    cpSync(path.join(root, "kernel-extensions", source), path.join(dist, place), { recursive: true });
  }
}

/** Type declarations, one file a module, under dist/. */
export function buildTypes() {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json")], {
    cwd: root,
    stdio: "inherit",
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await Promise.all([buildBundles(), buildPage(), buildLabextension()]);
  buildGeometry();
  if (!process.argv.includes("--no-types")) buildTypes();
}
