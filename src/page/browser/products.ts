import {
  type ImageProducts,
  type LevelProduct,
  largestDifference,
  type Product,
} from "../../backends/products.js";
import { referenceProducts } from "../../backends/referenceProducts.js";
import { browserProducts } from "./browserProducts.js";

/** The operations, each with what it is made from. */
const OPERATIONS = ["multiply", "residuals", "levelSums", "moments"] as const;
const WORDS: Readonly<Record<(typeof OPERATIONS)[number], string>> = {
  multiply: "X′Y",
  residuals: "Y − XB",
  levelSums: "Z′Y by level",
  moments: "sums of the start",
};

/** What the operations are made from: a design, images, coefficients, and levels with the weights of their forms. */
export interface ProductsInput {
  readonly product: Product;
  readonly B: Float64Array;
  readonly levels: LevelProduct & { readonly weights: Float64Array };
}

/** What an operation gave, beside what is right. */
export interface ProductsOutcome {
  readonly operation: string;
  readonly values: number[];
  readonly difference: number;
  readonly milliseconds: number;
  readonly reference: number;
}

declare global {
  interface Window {
    /** Set once GPU.js has started: in which mode, on what; and the operations on given numbers. */
    blmmProducts?: {
      readonly ranAs: string;
      readonly tolerance: number;
      readonly run: (input: ProductsInput) => Promise<ProductsOutcome[]>;
    };
  }
}

async function timed<Made>(work: () => Promise<Made>): Promise<[Made, number]> {
  const began = performance.now();
  const made = await work();
  return [made, performance.now() - began];
}

async function run(products: ImageProducts, input: ProductsInput): Promise<ProductsOutcome[]> {
  const outcomes: ProductsOutcome[] = [];
  for (const operation of OPERATIONS) {
    const by = (one: ImageProducts): Promise<ArrayLike<number>> => {
      if (operation === "multiply") return one.multiply(input.product);
      if (operation === "residuals") return one.residuals({ ...input.product, B: input.B });
      return one[operation](input.levels);
    };
    const [expected, reference] = await timed(() => by(referenceProducts));
    // The first round compiles; the second is timed.
    await by(products);
    const [values, milliseconds] = await timed(() => by(products));
    // Residuals are differences of images: the size of these is what rounding is a share of.
    const { Y } = input.product;
    const scale = operation === "residuals" ? Y.reduce((most, y) => Math.max(most, Math.abs(y)), 0) : 0;
    const difference = largestDifference(values, expected, scale);
    outcomes.push({
      operation: WORDS[operation],
      values: Array.from(values),
      difference,
      milliseconds,
      reference,
    });
  }
  return outcomes;
}

/** A study of 400 subjects with one to three images, and 256 vertices. */
function exampleInput(): ProductsInput {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const [levels, p, width] = [400, 12, 256];
  const start = new Int32Array(levels + 1);
  for (let s = 0; s < levels; s++) start[s + 1] = start[s] + 1 + (s % 3);
  const n = start[levels];
  const numbers = (count: number, one: (k: number) => number) =>
    Float64Array.from({ length: count }, (_, k) => one(k));
  const X = numbers(n * p, (k) => (k % p === 0 ? 1 : random() - 0.5));
  const Z = numbers(2 * n, (k) => (k % 2 === 0 ? 1 : random() - 0.5));
  const Y = Float32Array.from({ length: n * width }, () => 2.5 + random());
  return {
    product: { n, p, width, X, Y },
    B: numbers(p * width, random),
    levels: { n, width, levels, start, Z, Y, weights: numbers(12 * levels, () => random() - 0.3) },
  };
}

function row(table: HTMLTableElement, cells: readonly string[], tag: "th" | "td"): void {
  const line = table.insertRow();
  for (const cell of cells) {
    const element = document.createElement(tag);
    element.textContent = cell;
    line.append(element);
  }
}

async function start(): Promise<void> {
  const products = await browserProducts();
  const host = document.getElementById("products") ?? document.body;
  const outcomes = await run(products, exampleInput());
  const said = document.createElement("p");
  said.id = "mode";
  said.textContent = products.ranAs;
  const table = document.createElement("table");
  row(
    table,
    ["product", "largest difference from the reference", "tolerance", "ms", "reference, ms", "agrees"],
    "th",
  );
  for (const { operation, difference, milliseconds, reference } of outcomes) {
    const agrees = difference <= products.tolerance ? "yes" : "no";
    const shown = [
      difference.toExponential(1),
      `${products.tolerance}`,
      milliseconds.toFixed(1),
      reference.toFixed(1),
    ];
    row(table, [operation, ...shown, agrees], "td");
  }
  host.replaceChildren(said, table);
  window.blmmProducts = {
    ranAs: products.ranAs,
    tolerance: products.tolerance,
    run: (input) => run(products, input),
  };
}

start().catch((error: unknown) => {
  const said = document.createElement("p");
  said.setAttribute("role", "alert");
  said.textContent = `gpu does not run here: ${error instanceof Error ? error.message : String(error)}`;
  document.getElementById("products")?.replaceChildren(said);
});
