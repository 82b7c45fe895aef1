import { rankOf } from "../design/rank.js";
import { Study } from "../design/study.js";
import { InputError } from "../errors.js";
import { randomStream } from "./random.js";

/**
 * The study with a column of X dealt out anew among the levels of its factor (the subjects), like cards: whatever the
 * column had to do with the images is gone, and everything else is as it was. Its fit is a map of nothing.
 *
 * @param column one that is constant within every level.
 * @param options `seed`: the same seed gives the same deal.
 * @throws InputError when there is no such column or factor, or the column varies within a level.
 */
export function shuffled(study: Study, column: string, options: { readonly seed?: number } = {}): Study {
  const { seed = 1 } = options;
  const { X, p, n, factors, config } = study;
  const values = study.column(column);
  const key = `shuffled ${JSON.stringify(column)}`;
  if (factors.length === 0) {
    throw new InputError({ key, found: "a model without a factor", expected: "levels to deal among" });
  }
  const { level, levels, name } = factors[0];
  const cards = new Float64Array(levels.length).fill(Number.NaN);
  level.forEach((s, i) => {
    if (!Number.isNaN(cards[s]) && cards[s] !== values[i]) {
      throw new InputError({
        key,
        found: `it varies within ${name} ${JSON.stringify(levels[s])}`,
        expected: `a column that is constant within every ${name}`,
      });
    }
    cards[s] = values[i];
  });
  // Fisher & Yates.
  const random = randomStream(seed, 0);
  for (let k = cards.length - 1; k > 0; k--) {
    const other = Math.floor(random.uniform() * (k + 1));
    [cards[k], cards[other]] = [cards[other], cards[k]];
  }
  const dealt = X.values.slice();
  const c = X.columns.indexOf(column);
  for (let i = 0; i < n; i++) dealt[i * p + c] = cards[level[i]];
  const design = { ...X, values: dealt };
  return new Study({
    config: { ...config, outdir: `${config.outdir}_shuffled_${column}_${seed}` },
    images: study.images,
    X: design,
    rank: rankOf(design),
    factors,
    contrasts: study.contrasts,
    analysisMask: study.analysisMask,
    warnings: [
      ...study.warnings,
      `${column} was dealt out anew among ${levels.length} levels, seed ${seed}.`,
    ],
  });
}
