import { z } from "zod";
import { arithmetic } from "./arithmetic.js";

const path = z.string({ error: "a path" }).trim().min(1, { error: "a path" });
const flag = z.preprocess(
  (value) => (value === 1 || value === 0 ? value === 1 : value),
  z.boolean({ error: "true or false" }),
);

/** A number, or arithmetic such as 2**32. */
const number = (expected: string, accept: (value: number) => boolean = () => true) =>
  z.preprocess(
    (value) => (typeof value === "string" ? (arithmetic(value) ?? value) : value),
    z.number({ error: expected }).refine(accept, { error: expected }),
  );

const share = z.preprocess(
  (value) => {
    const percent = typeof value === "string" ? /^\s*([\d.]+)\s*%\s*$/.exec(value) : null;
    return percent === null ? value : Number(percent[1]) / 100;
  },
  z
    .number({ error: 'a share from 0 to 1, or a percentage in quotes such as "50%"' })
    .refine((value) => value >= 0 && value <= 1, {
      error: 'a share from 0 to 1, or a percentage in quotes such as "50%"',
    }),
);

/** A weight as a number; in quotes or with U+2212 it reaches us as text. */
function weightOf(value: unknown): number | undefined {
  const number = typeof value === "string" ? arithmetic(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

const LISTS = "a list of numbers (T contrast) or a list of lists of numbers (F contrast)";
const vector = z.unknown().transform((value, context): number[] | number[][] => {
  const fault = (path: number[], message: string) => {
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  };
  if (!Array.isArray(value) || value.length === 0) return fault([], LISTS);
  const isMatrix = Array.isArray(value[0]);
  const rows: unknown[] = isMatrix ? value : [value];
  const weights: number[][] = [];
  for (const [a, row] of rows.entries()) {
    if (!Array.isArray(row) || row.length === 0)
      return fault([a], "a list of numbers, as the other rows are");
    const numbers: number[] = [];
    for (const [k, item] of row.entries()) {
      const weight = weightOf(item);
      if (weight === undefined) return fault(isMatrix ? [a, k] : [k], `a number; the vector is ${LISTS}`);
      numbers.push(weight);
    }
    weights.push(numbers);
  }
  return isMatrix ? weights : weights[0];
});

const name = z
  .union([z.string(), z.number().transform(String)], { error: "a name" })
  .refine((text) => text.trim() !== "", { error: "a name" })
  .optional();
const factor = z.looseObject(
  { name, factor: path, design: path },
  { error: "`factor` and `design` under it" },
);
const contrast = z.looseObject({ name, vector }, { error: "`name` and `vector` under it" });
const labeled = <Item extends z.ZodType>(item: Item, label: string, keys: string) =>
  z.array(
    z
      .record(z.string(), item, { error: `\`${label}1:\` with ${keys} under it` })
      .refine((entry) => Object.keys(entry).length > 0, { error: `\`${label}1:\` with ${keys} under it` }),
    { error: `a list of ${label}1, ${label}2, …` },
  );

/** What blmm_inputs.yml may say; an error's message is what was expected. */
export const inputsSchema = z.looseObject({
  Y_files: path,
  X: path,
  Z: labeled(factor, "f", "`factor` and `design`"),
  contrasts: labeled(contrast, "c", "`name` and `vector`").min(1, { error: "at least one contrast" }),
  outdir: path,
  analysis_mask: path.optional(),
  data_mask_files: path.optional(),
  data_mask_thresh: number("a number").optional(),
  Missingness: z
    .looseObject(
      {
        MinPercent: share.optional(),
        MinN: number("a whole number of images", (value) => Number.isInteger(value) && value >= 0).optional(),
        Masking: z.unknown().optional(),
      },
      { error: "MinPercent and/or MinN" },
    )
    .optional(),
  MAXMEM: number(
    "bytes as a number, which may be written like 2**32",
    (value) => value >= 2 ** 20,
  ).optional(),
  OutputCovB: flag.optional(),
  resms: flag.optional(),
  minlog: number("a negative number", (value) => value < 0).optional(),
  method: z.enum(["pSFS", "SFS", "pFS", "FS"], { error: "pSFS, SFS, pFS or FS" }).optional(),
  tol: number("a positive number", (value) => value > 0).optional(),
  maxnit: number("a whole number, at least 1", (value) => Number.isInteger(value) && value >= 1).optional(),
  voxelBatching: flag.optional(),
  maxnvb: number("a whole number, at least 1", (value) => Number.isInteger(value) && value >= 1).optional(),
  clusterType: z.string({ error: "Local" }).optional(),
  safeMode: flag.optional(),
  swedf: z
    .enum(["observed", "expected"], { error: "observed (as lmerTest) or expected (as pyblmm)" })
    .optional(),
});

/** The parsed inputs, before paths are looked up and defaults filled in. */
export type Inputs = z.infer<typeof inputsSchema>;

/** Every key of blmm_inputs.yml. */
export const knownKeys: readonly string[] = Object.keys(inputsSchema.shape);

/** The keys under the keys. */
export const nestedKeys = {
  Z: ["name", "factor", "design"],
  contrasts: ["name", "vector"],
  Missingness: ["MinPercent", "MinN", "Masking"],
} as const;
