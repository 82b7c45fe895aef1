import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { loadConfig } from "../../src/config/index.js";
import { readDesignMatrix } from "../../src/design/readDesignMatrix.js";
import { readFactor } from "../../src/design/readFactor.js";
import { inspectImage, openImages, readImage, readImageList } from "../../src/images/index.js";
import { readMesh } from "../../src/mesh/index.js";
import { resultsFormats } from "./resultsFormats.js";

/** A kind of file that is read: what is mutated, and how it is read. */
export interface FuzzedFormat {
  readonly isText: boolean;
  /** Whole files, from the folder of fixtures, or made in the folder in which the mutants are read. */
  seeds(fixtures: string, folder: string): Uint8Array[] | Promise<Uint8Array[]>;
  /** Reads a mutant in a folder of its own; throws InputError or succeeds. */
  read(folder: string, bytes: Uint8Array, index: number): void | Promise<void>;
}

const seedsOf = (names: readonly string[]) => (fixtures: string) =>
  names.map((name) => new Uint8Array(readFileSync(path.join(fixtures, name))));

/** Writes a file and returns its path. */
function put(folder: string, name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

/** Everything that a fit reads of an image. */
function readFrames(file: string): void {
  const { frames, vertices } = inspectImage(file);
  const last = frames > 3 ? [frames - 1] : [];
  for (const frame of [0, 1, 2].filter((k) => k < frames).concat(last)) {
    if (readImage(file, frame).values.length !== vertices) throw new Error("another number of values");
  }
}

const image = (name: string, seeds: readonly string[], isText = false): FuzzedFormat => ({
  isText,
  seeds: seedsOf(seeds),
  read: (folder, bytes) => readFrames(put(folder, name, bytes)),
});

const INPUTS = `Y_files: images.txt
X: X.csv
Z:
  - f1:
      name: subject
      factor: subjects.csv
      design: Z.csv
contrasts:
  - c1:
      name: Age
      vector: [0, 1.5, -2e-3]
  - c2: { name: both, vector: [[1, 0, 0], [0, 1, 0]] }
analysis_mask: mask.dat
Missingness:
  MinPercent: "50%"
  MinN: 3
MAXMEM: 2**32
OutputCovB: true
safeMode: 1
tol: 1e-6
clusterType: Local
swedf: observed
outdir: results
`;

const POINTS = `<DataArray Intent="NIFTI_INTENT_POINTSET" DataType="NIFTI_TYPE_FLOAT32" ArrayIndexingOrder="RowMajorOrder" Dimensionality="2" Dim0="3" Dim1="3" Encoding="ASCII" Endian="LittleEndian"><Data>0 0 0
1 0 0
0 1 0</Data></DataArray>`;
const FACES = POINTS.replace("POINTSET", "TRIANGLE")
  .replace("FLOAT32", "INT32")
  .replace('Dim0="3"', 'Dim0="1"')
  .replace(/<Data>[^<]*/, "<Data>0 1 2");
const SURFACE = `<?xml version="1.0" encoding="UTF-8"?>\n<GIFTI Version="1.0" NumberOfDataArrays="2">\n<MetaData/>\n${POINTS}\n${FACES}\n</GIFTI>\n`;

function freesurferSurface(): Uint8Array {
  const head = Buffer.from([0xff, 0xff, 0xfe, ...Buffer.from("created by a test\n\n", "latin1")]);
  const body = Buffer.alloc(8 + 12 * 4);
  body.writeInt32BE(3, 0);
  body.writeInt32BE(1, 4);
  [0, 0, 0, 1, 0, 0, 0, 1, 0].forEach((value, k) => {
    body.writeFloatBE(value, 8 + 4 * k);
  });
  [0, 1, 2].forEach((vertex, k) => {
    body.writeInt32BE(vertex, 8 + 36 + 4 * k);
  });
  return Buffer.concat([head, body]);
}

/** Every kind of file that comes from outside. */
export const formats: Readonly<Record<string, FuzzedFormat>> = {
  ...resultsFormats,
  "NIfTI .nii": image("x.nii", [
    "float32_le.nii",
    "float64_be.nii",
    "int16_le.nii",
    "uint64_be.nii",
    "stack2.nii",
  ]),
  "NIfTI .nii.gz": image("x.nii.gz", ["scaled.nii.gz", "stack.nii.gz"]),
  "NIfTI .hdr and .img": {
    isText: false,
    // Header and values in one, cut apart where the header ends.
    seeds: (fixtures) => [Buffer.concat(seedsOf(["pair.hdr", "pair.img"])(fixtures))],
    read: (folder, bytes, index) => {
      const end = index % 3 === 0 ? Math.min(348, bytes.length) : Math.max(0, bytes.length - 24);
      const header = put(folder, "x.hdr", bytes.subarray(0, end));
      const values = put(folder, "x.img", bytes.subarray(end));
      readFrames(index % 2 === 0 ? header : values);
    },
  },
  MGH: image("x.mgh", ["float32.mgh", "int16.mgh", "int32.mgh", "uint8.mgh"]),
  MGZ: image("x.mgz", ["surface.mgz"]),
  GIFTI: image(
    "x.func.gii",
    ["ascii.func.gii", "b64bin.func.gii", "b64gz.func.gii", "columns.func.gii"],
    true,
  ),
  "GIFTI .gii.gz": {
    isText: true,
    seeds: (fixtures) =>
      seedsOf(["ascii.func.gii", "b64gz.func.gii"])(fixtures).map((bytes) => gzipSync(bytes)),
    read: (folder, bytes) => readFrames(put(folder, "x.func.gii.gz", bytes)),
  },
  curv: image("lh.x", ["lh.thickness", "lh.oldcurv"]),
  dat: image("x.dat", ["pair.img"]),
  "GIFTI surface": {
    isText: true,
    seeds: () => [Buffer.from(SURFACE)],
    read: (folder, bytes) => void readMesh(put(folder, "x.surf.gii", bytes)),
  },
  "FreeSurfer surface": {
    isText: false,
    seeds: () => [freesurferSurface()],
    read: (folder, bytes) => void readMesh(put(folder, "lh.pial", bytes)),
  },
  yml: {
    isText: true,
    seeds: (_, folder) => {
      for (const name of ["images.txt", "X.csv", "subjects.csv", "Z.csv", "mask.dat"]) put(folder, name, "a");
      return [Buffer.from(INPUTS)];
    },
    read: async (folder, bytes) => {
      const config = await loadConfig(put(folder, "inputs.yml", bytes));
      config.toString();
      config.toHTML();
    },
  },
  "design matrix": {
    isText: true,
    seeds: () => [
      Buffer.from("Intercept,Age,Sex\n1,9.5,0\n1,10.25,1\n1,−3,1\n"),
      Buffer.from('id\t"a b"\tc\n1\t2\t3e5\n2\t5\t6\n'),
      Buffer.from("1 2 3\n4 5 6\n7 8 9\n"),
    ],
    read: (folder, bytes) => void readDesignMatrix(put(folder, "X.csv", bytes), "x"),
  },
  factor: {
    isText: true,
    seeds: () => [
      Buffer.from("subject\ns 1\ns 1\ns 2\ns 2\n"),
      Buffer.from('"a, b"\n"a, b"\nc\nc\n'),
      Buffer.from("i1;7\ni2;7\ni3;8\ni4;8\n"),
    ],
    read: (folder, bytes) => void readFactor(put(folder, "subjects.csv", bytes), 4, "subject"),
  },
  "image list": {
    isText: true,
    seeds: (_, folder) => {
      mkdirSync(path.join(folder, "c"));
      for (const name of ["a.dat", "b.dat", "c/d.dat"]) put(folder, name, new Uint8Array(8));
      return [Buffer.from("a.dat\nb.dat\nc/d.dat\n")];
    },
    read: (folder, bytes) => {
      const list = put(folder, "images.txt", bytes);
      openImages(list, readImageList(list));
    },
  },
};
