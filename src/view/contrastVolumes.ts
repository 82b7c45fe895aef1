import { ResultsMaps } from "../document/mapsOfHemisphere.js";
import type { DesignResults } from "../document/openDesigns.js";
import { statisticDocument } from "../document/statisticDocument.js";
import { statisticKinds } from "../document/statisticKinds.js";
import { sidesOf } from "../document/viewDocument.js";
import type { BlockStore } from "../document/writeBlock.js";
import { type ContrastInput, contrast } from "../inference/contrast.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import type { NewVolume } from "../viewer/withVolumes.js";

/** A new contrast of one design: its maps, and what the page is told of them. */
export interface TypedContrast {
  readonly sides: readonly (readonly [Hemisphere, ResultsMaps])[];
  readonly volumes: readonly NewVolume[];
}

let count = 0;

/**
 * A new contrast at every vertex, without refitting: every statistic of it, both hemispheres.
 *
 * @throws InputError when a column is not there, or the design has no estimates.
 */
export function contrastVolumes(
  design: DesignResults,
  input: ContrastInput,
  name: string,
  store: BlockStore,
  unit: string,
): TypedContrast {
  const sides = sidesOf(design.results).map(
    ([hemisphere, results]) => [hemisphere, new ResultsMaps(contrast(results, input, { name }))] as const,
  );
  const id = `${design.key}.typed${++count}`;
  const volumes = statisticKinds
    .filter(({ key }) => key.startsWith("con"))
    .flatMap((kind) => {
      const made = statisticDocument(kind, id, sides, store, unit);
      const volume = made?.volumes[0];
      if (made === undefined || volume === undefined) return [];
      const { volumes: _, thresholds, ...about } = made;
      return [
        {
          design: design.key,
          statistic: kind.key,
          volume,
          thresholds: thresholds.map(({ value, label }) => ({ value, label })),
          about,
        },
      ];
    });
  return { sides, volumes };
}
