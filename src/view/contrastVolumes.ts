import { ResultsMaps } from "../document/mapsOfHemisphere.js";
import type { DesignResults } from "../document/openDesigns.js";
import { statisticDocument } from "../document/statisticDocument.js";
import { statisticKinds } from "../document/statisticKinds.js";
import { sidesOf } from "../document/viewDocument.js";
import type { BlockStore } from "../document/writeBlock.js";
import { type ContrastInput, contrast, contrastStatistic } from "../inference/contrast.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import type { NewVolume } from "../viewer/withVolumes.js";

/** A new contrast of one design: its maps, and what the page is told of them. */
export interface TypedContrast {
  readonly sides: readonly (readonly [Hemisphere, ResultsMaps])[];
  readonly volumes: readonly NewVolume[];
}

/** What a typed contrast is asked of. */
export interface Asked {
  readonly design: DesignResults;
  readonly input: ContrastInput;
  /** As it was typed. */
  readonly name: string;
  /** Of its blocks: that of another contrast is another. */
  readonly id: string;
}

/**
 * A new contrast at every vertex, without refitting: every statistic of it, both hemispheres.
 *
 * @throws InputError when a column is not there, or the design has no estimates.
 */
export function contrastVolumes(asked: Asked, store: BlockStore, unit: string): TypedContrast {
  return volumesOf(asked, contrast, store, unit);
}

/** The same, of T or F alone: what is looked at first, in a fraction of the time. Suggested thresholds come with the rest. */
export function statisticVolumes(asked: Asked, store: BlockStore, unit: string): readonly NewVolume[] {
  return volumesOf(asked, contrastStatistic, store, unit).volumes;
}

function volumesOf(
  { design, input, name, id }: Asked,
  tested: typeof contrastStatistic,
  store: BlockStore,
  unit: string,
): TypedContrast {
  const sides = sidesOf(design.results).map(
    ([hemisphere, results]) => [hemisphere, new ResultsMaps(tested(results, input, { name }))] as const,
  );
  const volumes = statisticKinds
    .filter(({ key }) => key.startsWith("con"))
    .flatMap((kind) => {
      const made = statisticDocument(kind, `${design.key}.${id}`, sides, store, unit);
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
