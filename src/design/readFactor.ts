import { FaultList } from "../errors.js";
import { readTable } from "./table.js";

/** The level of each image. */
export interface FactorLabels {
  /** Labels of the levels, in order of first appearance. */
  readonly levels: readonly string[];
  /** int32, n: index into `levels`. */
  readonly level: Int32Array;
}

/**
 * Reads the labels of a factor: one an image, of any kind (numbers, names, codes); the last column where ids
 * stand before them. There is a header when the file has one row more than there are images.
 *
 * @param n images.
 * @throws InputError for a wrong number of rows, an empty label, or a single level.
 */
export async function readFactor(file: string, n: number): Promise<FactorLabels> {
  const { rows, lines } = await readTable(file);
  const skip = rows.length === n + 1 ? 1 : 0;
  const faults = new FaultList();
  if (rows.length - skip !== n) {
    faults.add({
      file,
      found: `${rows.length} rows`,
      expected: `${n}, one an image, or ${n + 1} with a header`,
    });
  }
  faults.throwIfAny();
  const index = new Map<string, number>();
  const level = new Int32Array(n);
  rows.slice(skip).forEach((row, i) => {
    const label = row[row.length - 1];
    if (label === "") {
      faults.add({ file, line: lines[i + skip], found: "an empty cell", expected: "the level of an image" });
      return;
    }
    const known = index.get(label) ?? index.size;
    index.set(label, known);
    level[i] = known;
  });
  if (index.size === 1) {
    faults.add({
      file,
      found: `one level, ${JSON.stringify([...index.keys()][0])}`,
      expected: "at least two levels: with one there is no variance between levels",
    });
  }
  faults.throwIfAny();
  return { levels: [...index.keys()], level };
}
