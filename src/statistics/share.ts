import { each, isPair, type Pair } from "../pair.js";

/** A condition on the value at a vertex. */
export type VertexTest = (value: number, vertex: number, side: "lh" | "rh") => boolean;

/**
 * How many vertices of a map satisfy a condition; NaN (outside the mask) never does.
 *
 * @param map one value a vertex, or both hemispheres, which are counted together.
 */
export function count(map: ArrayLike<number> | Pair<ArrayLike<number>>, test: VertexTest): number {
  return tally(map, test, () => true).hits;
}

/**
 * The share of the vertices of a map that satisfy a condition, 0–1; NaN (outside the mask) is passed over.
 *
 * @param map one value a vertex, or both hemispheres, which are counted together.
 * @param among of which vertices; of all in the mask when left out.
 * @returns NaN where there is no vertex to count.
 */
export function share(
  map: ArrayLike<number> | Pair<ArrayLike<number>>,
  test: VertexTest,
  among: VertexTest = () => true,
): number {
  const { hits, all } = tally(map, test, among);
  return hits / all;
}

function tally(
  map: ArrayLike<number> | Pair<ArrayLike<number>>,
  test: VertexTest,
  among: VertexTest,
): { hits: number; all: number } {
  let [hits, all] = [0, 0];
  const go = (values: ArrayLike<number>, side: "lh" | "rh") => {
    for (let v = 0; v < values.length; v++) {
      if (Number.isNaN(values[v]) || !among(values[v], v, side)) continue;
      all++;
      if (test(values[v], v, side)) hits++;
    }
  };
  if (isPair<ArrayLike<number>>(map)) each(map, go);
  else go(map, "lh");
  return { hits, all };
}
