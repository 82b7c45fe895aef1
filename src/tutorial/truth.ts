import { readFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import { readImage } from "../images/index.js";
import { nearestNames } from "../print/nearest.js";

/** What the images of one hemisphere were drawn from: maps of float64, V, NaN outside the mask. */
export class TutorialTruth {
  private readonly columns: readonly string[];

  /** @param folder of the tutorial's study. */
  constructor(
    private readonly folder: string,
    private readonly hemisphere: "lh" | "rh",
  ) {
    const [head] = readFileSync(path.join(folder, "des1", "X.csv"), "utf8").split("\n");
    this.columns = head.split(",");
  }

  /**
   * The β of a column of X that the images were drawn with.
   *
   * @throws InputError naming the columns there are.
   */
  beta(column: string): Float64Array {
    const k = this.columns.indexOf(column);
    if (k < 0) {
      throw new InputError({
        key: "truth",
        found: `no column ${JSON.stringify(column)} in X`,
        expected: `one of ${nearestNames(column, this.columns).join(", ")}`,
      });
    }
    return this.map("beta.dat", this.columns.length, k);
  }

  /** σ², the residual variance. */
  get sigma2(): Float64Array {
    return this.map("sigma2.dat", 1, 0);
  }

  /** An element of D, relative to σ². */
  D(entry: "D11" | "D21" | "D22"): Float64Array {
    const k = ["D11", "D21", "D22"].indexOf(entry);
    if (k < 0) {
      throw new InputError({
        key: "truth",
        found: `no element ${JSON.stringify(entry)} of D`,
        expected: "one of D11, D21, D22",
      });
    }
    return this.map("D.dat", 3, k);
  }

  private map(file: string, volumes: number, k: number): Float64Array {
    const { values } = readImage(path.join(this.folder, `truth_${this.hemisphere}`, file));
    const mask = readImage(path.join(this.folder, `${this.hemisphere}_mask.dat`)).values;
    return Float64Array.from(mask, (inside, v) => (inside === 0 ? Number.NaN : values[v * volumes + k]));
  }
}
