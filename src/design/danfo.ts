import { createRequire } from "node:module";

/** The part of a danfo DataFrame that is used here. */
interface DataFrame {
  readonly values: unknown[][];
}

interface Danfo {
  readonly tensorflow: { enableProdMode(): void };
  readCSV(file: string, options: Record<string, unknown>): Promise<DataFrame>;
}

let loaded: Danfo | undefined;

/** danfojs-node, loaded when a table is first read: it takes a second. */
function danfo(): Danfo {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const module = require("danfojs-node") as Danfo;
    // Its tensors need a backend, and without production mode the backend prints a banner.
    module.tensorflow.enableProdMode();
    require("@tensorflow/tfjs-backend-cpu");
    loaded = module;
  }
  return loaded;
}

/** Reads a delimited text file as rows of text cells; rows may differ in length. */
export async function readCells(file: string, delimiter: string): Promise<string[][]> {
  const frame = await danfo().readCSV(file, {
    header: false,
    dynamicTyping: false,
    skipEmptyLines: true,
    delimiter,
  });
  return frame.values.map((row) => row.map((cell) => String(cell ?? "").trim()));
}
