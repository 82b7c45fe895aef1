import { InputError } from "../errors.js";
import type { Regions } from "../mesh/readRegions.js";
import { formatCount } from "../print/number.js";
import type { GeometryDocument, Hemisphere, PerHemisphere, RegionsDocument } from "../viewer/viewDocument.js";
import type { BlockStore } from "./writeBlock.js";

/**
 * Regions or patches as a view carries them.
 *
 * @param id of their blocks.
 * @throws InputError when they are not of the surface: one label a vertex.
 */
export function labelsDocument(
  id: string,
  labels: PerHemisphere<Regions>,
  geometry: GeometryDocument,
  store: BlockStore,
): PerHemisphere<RegionsDocument> {
  const documents: { [H in Hemisphere]?: RegionsDocument } = {};
  for (const hemisphere of ["lh", "rh"] as const) {
    const one = labels[hemisphere];
    const V = geometry.vertices[hemisphere];
    if (one === undefined || V === undefined) continue;
    if (one.at.length !== V) {
      throw new InputError({
        key: `${id}, ${hemisphere}`,
        found: `labels of ${formatCount(one.at.length)} vertices`,
        expected: `${formatCount(V)}, one a vertex of ${geometry.space}`,
        hint: "Labels and maps must be of the same surface.",
      });
    }
    const values = store.add(
      `${id}.${hemisphere}`,
      Uint16Array.from(one.at, (label) => label + 1),
    );
    documents[hemisphere] = { names: one.names, values };
  }
  return documents;
}
