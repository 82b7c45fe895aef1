import { z } from "zod";
import { type Fault, InputError } from "../errors.js";

const text = z.string({ error: "a text" });
const number = z.number({ error: "a number" });
const count = z
  .int({ error: "a whole number, not negative" })
  .nonnegative({ error: "a whole number, not negative" });
const list = <Item extends z.ZodType>(item: Item, what: string) =>
  z.array(item, { error: `a list of ${what}` });

const space = z.discriminatedUnion(
  "kind",
  [
    z.looseObject({ kind: z.literal("surface") }),
    z.looseObject({
      kind: z.literal("volume"),
      dims: z.tuple([count, count, count], { error: "three sizes" }),
      affine: list(number, "16 numbers").length(16, { error: "16 numbers" }),
    }),
  ],
  { error: "a surface, or a volume with its sizes and affine" },
);

const contrast = z.looseObject(
  {
    name: text,
    kind: z.enum(["T", "F"], { error: "T or F" }),
    L: list(list(number, "weights"), "rows"),
    rank: count,
  },
  { error: "a contrast" },
);

const configuration = z.looseObject({ file: text, relative: text }, { error: "where the configuration lay" });

const factor = z.looseObject(
  { name: text, levels: count, columns: list(text, "names"), visits: list(count, "counts") },
  { error: "the grouping factor" },
);

const fit = z.looseObject(
  {
    swedf: z.enum(["observed", "expected"], { error: "observed or expected" }),
    R: list(number, "numbers"),
    imagesDigest: text,
    pathsDigest: text,
    designDigest: text,
    groupingDigest: text,
    zSketch: list(number, "numbers"),
    settings: z.record(z.string(), z.union([text, number, z.boolean()]), { error: "settings by name" }),
    inner: count,
    ringPatterns: count,
    dropped: z.record(z.string(), count, { error: "counts by reason" }),
    evaluations: count,
    searchedAgain: count.optional(),
    foundBetter: count.optional(),
    seconds: number,
    threads: count,
    blocks: count,
    bytesRead: count.optional(),
    backend: text,
  },
  { error: "how the fit went" },
);

const comparison = z.looseObject(
  {
    reduced: text,
    full: text,
    reducedQ: count,
    fullQ: count,
    mixture: list(z.looseObject({ df: count, weight: number }), "distributions with weights"),
    compared: count,
    singular: count,
  },
  { error: "what was compared" },
);

/** What `blmm_fit.json` has to say; an error's message is what was expected. */
const schema = z
  .looseObject(
    {
      kind: z.enum(["fit", "contrast", "compare"], { error: "fit, contrast or compare" }),
      software: text,
      hemisphere: z.enum(["lh", "rh"], { error: "lh or rh" }).optional(),
      design: text.optional(),
      configuration: configuration.optional(),
      vertices: count.min(1, { error: "at least one vertex" }),
      space,
      n: count,
      columns: list(text, "names"),
      contrasts: list(contrast, "contrasts"),
      factor: factor.optional(),
      minlog: number,
      fit: fit.optional(),
      comparison: comparison.optional(),
      warnings: list(text, "texts"),
    },
    { error: "what is known of the results, as an object" },
  )
  .superRefine(({ space, vertices, columns, contrasts, fit }, context) => {
    const p = columns.length;
    const add = (path: (string | number)[], input: unknown, message: string) =>
      context.addIssue({ code: "custom", path, input, message });
    if (space.kind === "volume" && space.dims[0] * space.dims[1] * space.dims[2] !== vertices)
      add(["space", "dims"], space.dims, `sizes of ${vertices} voxels together`);
    const wrong = contrasts.findIndex(({ L }) => L.some((row) => row.length !== p));
    if (wrong >= 0)
      add(["contrasts", wrong, "L"], contrasts[wrong].L, `${p} weights a row, one a column of X`);
    if (fit !== undefined && fit.R.length !== 0 && fit.R.length !== p * p)
      add(["fit", "R"], fit.R, `${p} × ${p} numbers`);
    if (fit !== undefined && fit.R.length === p * p && fit.R.some((r, k) => k % (p + 1) === 0 && r === 0))
      add(["fit", "R"], fit.R, "no zero on its diagonal");
  });

/** Faults of one file that are told one by one. */
const MOST_FAULTS = 5;

/**
 * Reads the text of `blmm_fit.json` as JSON and checks what it says.
 *
 * @throws InputError naming what is missing or impossible.
 */
export function checkInfo(content: string, file: string): void {
  const hint = "The results directory is damaged or edited: fit again, into another place.";
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new InputError({ file, found: "no readable JSON", expected: "what is known of the results", hint });
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return;
  const faults: Fault[] = parsed.error.issues.slice(0, MOST_FAULTS).map((issue) => ({
    file,
    ...(issue.path.length === 0 ? {} : { key: issue.path.join(".") }),
    found: issue.input === undefined ? "it is missing" : shown(issue.input),
    expected: issue.message,
  }));
  throw new InputError([...faults.slice(0, -1), { ...faults[faults.length - 1], hint }]);
}

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
