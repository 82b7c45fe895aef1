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

const finite = z.number({ error: "a number" });
const vector = z.union([z.array(finite).min(1), z.array(z.array(finite).min(1)).min(1)], {
  error: "a list of numbers (T contrast) or a list of lists of numbers (F contrast)",
});

const factor = z.looseObject(
  { name: z.string().optional(), factor: path, design: path },
  {
    error: "a factor with `factor` and `design`",
  },
);
const contrast = z.looseObject(
  { name: z.union([z.string(), z.number().transform(String)]).optional(), vector },
  { error: "a contrast with `name` and `vector`" },
);
const labeled = <Item extends z.ZodType>(item: Item, label: string) =>
  z.array(z.record(z.string(), item, { error: `\`${label}1:\` with its keys under it` }), {
    error: `a list of ${label}1, ${label}2, …`,
  });

/** What blmm_inputs.yml may say; an error's message is what was expected. */
export const inputsSchema = z.looseObject({
  Y_files: path,
  X: path,
  Z: labeled(factor, "f"),
  contrasts: labeled(contrast, "c").min(1, { error: "at least one contrast" }),
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
