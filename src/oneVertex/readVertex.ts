import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { OneVertex } from "./oneVertex.js";

/**
 * Reads one vertex of every image of a study, to fit it by hand: `one.at(D)`, `one.reml()`, `one.residuals(fit)`,
 * `one.effects(fit)`.
 *
 * @throws InputError for a vertex beyond the last, outside the analysis mask, or with too few images.
 * @throws AbortedError when the notebook's cell is interrupted.
 */
export async function oneVertex(study: Study, vertex: number): Promise<OneVertex> {
  const { p, analysisMask } = study;
  const fault = (found: string, expected: string) =>
    new InputError({ key: `vertex ${vertex}`, found, expected });
  if (analysisMask[vertex] === 0) throw fault("it is outside the analysis mask", "a vertex inside");
  const y = await study.valuesAt(vertex);
  const present = y.filter((value) => !Number.isNaN(value)).length;
  if (present <= p + 1) {
    throw fault(`${present} images`, `more than the ${p} columns of X: it is outside the mask`);
  }
  return new OneVertex(study, vertex, y);
}
