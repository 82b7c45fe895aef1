import type { StatisticDocument, ViewDocument, VolumeDocument } from "./viewDocument.js";

/** A map that the kernel computed for a typed contrast. */
export interface NewVolume {
  /** The design it is of; that which was asked when left out. */
  readonly design?: string;
  readonly statistic: string;
  readonly volume: VolumeDocument;
  readonly thresholds?: readonly { readonly value: number; readonly label: string }[];
  /** What the statistic is, for a view that does not have it yet: F where the fit has T contrasts only. */
  readonly about?: Omit<StatisticDocument, "volumes" | "thresholds">;
}

/** The document with further maps of a design; one of the same name is replaced where it stands. */
export function withVolumes(view: ViewDocument, design: string, added: readonly NewVolume[]): ViewDocument {
  return {
    ...view,
    designs: view.designs.map((one) =>
      one.key !== design ? one : { ...one, statistics: added.reduce(withVolume, one.statistics) },
    ),
  };
}

function withVolume(
  statistics: readonly StatisticDocument[],
  added: NewVolume,
): readonly StatisticDocument[] {
  const { about, volume, thresholds = [] } = added;
  if (!statistics.some(({ key }) => key === added.statistic)) {
    if (about === undefined) return statistics;
    return withVolume([...statistics, { ...about, thresholds: [], volumes: [] }], added);
  }
  return statistics.map((statistic) => {
    if (statistic.key !== added.statistic) return statistic;
    const found = statistic.volumes.findIndex(({ label }) => label === volume.label);
    const at = found < 0 ? statistic.volumes.length : found;
    return {
      ...statistic,
      volumes: statistic.volumes.toSpliced(at, 1, volume),
      thresholds: [
        ...statistic.thresholds.filter((one) => one.volume !== at),
        ...thresholds.map((one) => ({ ...one, volume: at })),
      ],
    };
  });
}
