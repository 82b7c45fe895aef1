// Sets up what the tests need, then checks format, lint and types, and runs every test.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  build,
  installChromium,
  installJupyter,
  installPackages,
  installTestTools,
  installWheels,
  root,
} from "./setup.mjs";

const bin = (...parts) => path.join(root, "node_modules", ...parts);
const report = path.join(root, ".cache", "vitest.json");

function run(title, script, args) {
  process.stdout.write(`\n${title}\n`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  return status === 0;
}

try {
  installPackages();
  build();
  installWheels();
  installJupyter();
  installTestTools();
  installChromium();
  mkdirSync(path.dirname(report), { recursive: true });
  const checks = [
    run("Format and lint", bin("@biomejs", "biome", "bin", "biome"), ["check", "--error-on-warnings", "."]),
    run("Types", bin("typescript", "bin", "tsc"), ["--noEmit"]),
    run("Types of what runs in the browser", bin("typescript", "bin", "tsc"), [
      "--noEmit",
      "-p",
      path.join(root, "tsconfig.browser.json"),
    ]),
  ];
  const tests = run("Tests", bin("vitest", "vitest.mjs"), [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  const failed = numFailedTests + checks.filter((ok) => !ok).length + (tests || numFailedTests > 0 ? 0 : 1);
  process.stdout.write(`\n${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`npm test: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
