import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { OutputDirectory, OutputRequest } from "../../src/directory/outputDirectory.js";

/** The names that the versions of the test's files have, together. */
const NAMES = ["a.dat", "b.dat", "estimates/c.f64", "only-0.dat", "only-1.dat"];

export const request: OutputRequest = { kind: "test", title: "a test", files: NAMES };

/** Files that differ from version to version, one of them by name. */
export function filesOf(version: number): Record<string, string> {
  return {
    "a.dat": `a ${version} `.repeat(50),
    "b.dat": `b ${version} `.repeat(80),
    "estimates/c.f64": `c ${version} `.repeat(30),
    [`only-${version}.dat`]: `${version}`,
  };
}

/** Writes the files of a version into a claimed directory. */
export function publish(output: OutputDirectory, version: number): void {
  output.publish((folder) => {
    for (const [name, text] of Object.entries(filesOf(version))) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  });
}
