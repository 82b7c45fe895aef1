import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { icosphere } from "../src/mesh/index.js";
import { simulate } from "../src/simulate/index.js";
import type { ReferenceStudy } from "./reference.js";

/** A folder for one test file, with a space in its name; `remove` it at the end. */
export class Workspace {
  readonly folder = mkdtempSync(path.join(tmpdir(), "blmm test "));

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    const file = this.file(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Changes the text of a file. */
  edit(name: string, change: (text: string) => string): string {
    return this.write(name, change(readFileSync(this.file(name), "utf8")));
  }

  /** A copy of another folder, to spoil. */
  copyOf(folder: string): void {
    cpSync(folder, this.folder, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A small simulated study on disk: 42 vertices a hemisphere. */
export async function simulatedStudy(workspace: Workspace, subjects = 60, level = 1): Promise<void> {
  const mesh = icosphere(level);
  await simulate({ outdir: workspace.folder, subjects, seed: 3, meshes: { lh: mesh, rh: mesh } });
}

/** Adds a number to every value of the images of a folder, missing ones aside. */
export function addToImages(workspace: Workspace, folder: string, added: number): void {
  for (const name of readdirSync(workspace.file(folder))) {
    const file = workspace.file(`${folder}/${name}`);
    const bytes = readFileSync(file);
    const image = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    writeFileSync(
      file,
      image.map((value) => (value === 0 ? 0 : value + added)),
    );
  }
}

/** Writes a reference study as images and tables, and its yml; returns the yml. */
export function writeReferenceStudy(
  workspace: Workspace,
  study: ReferenceStudy,
  contrasts: string,
  more = "",
): string {
  const { X, factor, Y, vertices } = study;
  const p = X.columns.length;
  const q = factor.Z.columns.length;
  const rows = (values: Float64Array, width: number) =>
    Array.from({ length: X.n }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)).join(","));
  const images = Array.from({ length: X.n }, (_, i) => {
    workspace.write(`images/${i}.dat`, new Uint8Array(Y.slice(i * vertices, (i + 1) * vertices).buffer));
    return `images/${i}.dat`;
  });
  workspace.write("images.txt", images.join("\n"));
  workspace.write("X.csv", [X.columns.join(","), ...rows(X.values, p)].join("\n"));
  workspace.write("Z.csv", [factor.Z.columns.join(","), ...rows(factor.Z.values, q)].join("\n"));
  workspace.write("subjects.csv", Array.from(factor.level, (s) => factor.levels[s]).join("\n"));
  return workspace.write(
    "inputs.yml",
    `Y_files: images.txt
X: X.csv
Z:
  - f1:
      name: subject
      factor: subjects.csv
      design: Z.csv
contrasts:
${contrasts}
outdir: results
${more}`,
  );
}
