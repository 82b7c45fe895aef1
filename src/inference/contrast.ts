import { faultOfWeights } from "../design/contrastWeights.js";
import { InputError } from "../errors.js";
import { invertUpper } from "../matrix/qr.js";
import { isPair, type Pair } from "../pair.js";
import { plural } from "../print/number.js";
import { estimateMaps } from "../results/estimateMaps.js";
import { Results } from "../results/results.js";
import { contrastInfo } from "../results/resultsInfo.js";
import { type ResultsOf, ResultsPair } from "../results/resultsPair.js";
import type { Hypothesis } from "../wald/hypothesis.js";
import { parseContrast } from "./contrastExpression.js";
import { contrastMaps, statisticMaps } from "./contrastMaps.js";

/** A hypothesis as people write it: an expression or a vector for T, several of either for F. */
export type ContrastInput = string | readonly number[] | readonly string[] | readonly (readonly number[])[];

/** How a contrast is named and tested. */
export interface ContrastOptions {
  /** The name shown in tables and maps; the expression when left out. */
  readonly name?: string;
  /** One row may be tested as F too; several rows always are. */
  readonly kind?: "T" | "F";
}

/**
 * Tests a new contrast at every vertex without fitting again, exactly as if it had been among those of the
 * fit: T with Satterthwaite degrees of freedom for one row, F for several.
 *
 * @param results a fit in memory, or a results directory that this package wrote; or both hemispheres as
 * `{ lh, rh }`.
 * @param input `"0.5*Sex + NIHScore"`, a vector of p weights, or an array of several of either.
 * @throws InputError for an unknown column (listing the near ones), a wrong length, weights that are all
 * zero, or estimates that overflow. Rows that follow from others are allowed: the contrast is tested at its rank,
 * which the summary says.
 */
export function contrast<Fits extends Results | Pair<Results>>(
  results: Fits,
  input: ContrastInput,
  options: ContrastOptions = {},
): ResultsOf<Fits> {
  const tested = isPair<Results>(results)
    ? new ResultsPair(contrastOne(results.lh, input, options), contrastOne(results.rh, input, options))
    : contrastOne(results, input, options);
  return tested as ResultsOf<Fits>;
}

/** The same of one hemisphere with the maps that need no degrees of freedom alone: T or F is there in a fraction of the time. */
export function contrastStatistic(results: Results, input: ContrastInput, options: ContrastOptions): Results {
  return contrastOne(results, input, options, false);
}

function contrastOne(
  results: Results,
  input: ContrastInput,
  options: ContrastOptions,
  degreesToo = true,
): Results {
  const { info } = results;
  if (info.kind === "compare") {
    throw new InputError({
      key: "contrast",
      found: "the results of a comparison",
      expected: "those of a fit",
      hint: "A comparison tests random effects and has no β.",
    });
  }
  // Of published maps the columns have no names either: that there can be no new contrast comes first.
  const estimates = results.estimates();
  const hypothesis = readHypothesis(input, info.columns, options);
  const { p } = estimates;
  const inverseR = invertUpper(Float64Array.from(info.fit.R), p);
  const maps = new Map<string, () => Float64Array | Int32Array>(
    degreesToo
      ? contrastMaps(estimates, inverseR, [hypothesis], info.vertices, info.minlog)
      : statisticMaps(estimates, inverseR, hypothesis, info.vertices),
  );
  checkRange(hypothesis, maps.get("con")?.(), maps.get("conSE")?.());
  const own = estimateMaps(estimates, inverseR, info.vertices, { cov: false, resms: false });
  for (const name of ["mask", "n", "status"]) {
    const read = own.get(name);
    if (read !== undefined) maps.set(name, read);
  }
  return new Results(
    { ...info, kind: "contrast", contrasts: [contrastInfo(hypothesis)] },
    {
      names: [...maps.keys()],
      read: (map) => maps.get(map)?.() ?? new Float64Array(0),
      estimates: () => estimates,
    },
    undefined,
  );
}

/** The largest number of a float32 map. */
const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Refuses a contrast whose estimates leave the range of the maps: they would read as infinite. */
function checkRange(hypothesis: Hypothesis, ...maps: readonly (ArrayLike<number> | undefined)[]): void {
  for (const map of maps) {
    let beyond = 0;
    for (let v = 0; v < (map?.length ?? 0); v++) if (Math.abs(map?.[v] ?? 0) > LARGEST_FLOAT32) beyond++;
    if (beyond === 0) continue;
    throw new InputError({
      key: `contrast ${JSON.stringify(hypothesis.name)}`,
      found: `estimates that overflow at ${plural(beyond, "vertex", "vertices")}`,
      expected: `numbers up to ${LARGEST_FLOAT32.toExponential(1)}, the largest of a float32 map`,
      hint: "Divide the weights: a contrast means the same on any scale.",
    });
  }
}

/** Reads what people write as a hypothesis about the columns of X. */
export function readHypothesis(
  input: ContrastInput,
  columns: readonly string[],
  options: ContrastOptions = {},
): Hypothesis {
  const rows = rowsOf(input, columns);
  const p = columns.length;
  const L = new Float64Array(rows.length * p);
  rows.forEach((row, a) => {
    if (row.length !== p) {
      throw new InputError({
        key: "contrast",
        found: plural(row.length, "weight", "weights"),
        expected: `${p}, one a column of X (${columns.slice(0, 4).join(", ")}, …)`,
      });
    }
    const wrong = faultOfWeights(row);
    if (wrong !== undefined) throw new InputError({ key: "contrast", ...wrong });
    L.set(row, a * p);
  });
  const kind = rows.length > 1 ? "F" : (options.kind ?? "T");
  return { name: options.name ?? nameOf(input), kind, rows: rows.length, L };
}

function rowsOf(input: ContrastInput, columns: readonly string[]): Float64Array[] {
  const row = (item: string | readonly number[]) =>
    typeof item === "string" ? parseContrast(item, columns) : Float64Array.from(item);
  if (typeof input === "string") return [row(input)];
  if (input.length === 0) {
    throw new InputError({ key: "contrast", found: "no rows", expected: "an expression or a vector" });
  }
  const items = input as readonly (string | number | readonly number[])[];
  if (items.every((item) => typeof item === "number")) return [row(items as readonly number[])];
  return items.map((item) => {
    if (typeof item !== "number") return row(item);
    throw new InputError({
      key: "contrast",
      found: "numbers beside names or rows",
      expected: "one vector of numbers, or one row a hypothesis",
    });
  });
}

function nameOf(input: ContrastInput): string {
  if (typeof input === "string") return input;
  const items = input as readonly (string | number | readonly number[])[];
  if (items.every((item) => typeof item === "string")) return items.join(" & ");
  return items.every((item) => typeof item === "number") ? "custom" : `custom (${items.length} rows)`;
}
