import type {
  Block,
  Hemisphere,
  StatisticDocument,
  SuggestedThreshold,
  VolumeDocument,
} from "../viewer/viewDocument.js";
import type { MapsOfHemisphere } from "./mapsOfHemisphere.js";
import type { StatisticKind } from "./statisticKinds.js";
import { quantile, rounded, suggestedThresholds } from "./thresholds.js";
import type { BlockStore } from "./writeBlock.js";

/**
 * What a view shows of one statistic, and its blocks; undefined where no hemisphere has a number of it. Volumes without
 * any number are left out.
 */
export function statisticDocument(
  kind: StatisticKind,
  design: string,
  sides: readonly (readonly [Hemisphere, MapsOfHemisphere])[],
  store: BlockStore,
  unit: string,
): StatisticDocument | undefined {
  const there = sides.flatMap(([hemisphere, maps]) => {
    const volumes = maps.volumes(kind.key);
    if (volumes === undefined) return [];
    return [{ hemisphere, volumes, p: kind.p === undefined ? undefined : maps.volumes(kind.p) }];
  });
  const [first] = there;
  if (first === undefined) return undefined;
  const thresholds: SuggestedThreshold[] = [];
  let kept = 0;
  const all = first.volumes.flatMap(({ label }, k) => {
    const values: { [H in Hemisphere]?: Block } = {};
    const parts: Float32Array[] = [];
    const p: Float32Array[] = [];
    for (const side of there) {
      // Hemispheres are matched by name: a contrast that only one of them has is shown on that one.
      const at = side.volumes.findIndex((volume) => volume.label === label);
      const volume = side.volumes[at];
      if (volume === undefined) continue;
      values[side.hemisphere] = store.add(`${design}.${side.hemisphere}.${kind.key}.${k}`, volume.values);
      parts.push(volume.values);
      const own = side.p?.[at]?.values;
      if (own !== undefined) p.push(own);
    }
    const pooled = joined(parts);
    // A volume without any number would be a blank.
    if (!pooled.some(Number.isFinite)) return [];
    thresholds.push(
      ...suggestedThresholds(kind, kept++, pooled, p.length === parts.length ? joined(p) : undefined),
    );
    return [limits(label, pooled, values, kind.threshold)];
  });
  if (all.length === 0) return undefined;
  const signed =
    kind.signed === "by its numbers" ? all.some(({ min, max }) => min < 0 && max > 0) : kind.signed;
  return {
    key: kind.key,
    symbol: kind.symbol,
    name: kind.name,
    unit: unit === "" && kind.unit.includes("Y") ? "" : kind.unit.replace("Y", unit),
    signed,
    colorMap: signed ? "blue-red" : kind.colorMap === "blue-red" ? "viridis" : kind.colorMap,
    threshold: kind.threshold,
    thresholds,
    volumes: signed ? all.map((volume) => ({ ...volume, low: 0 })) : all,
  };
}

/** The range of colors leaves out the extremes: a few vertices would bleach the rest. Arrows on the bar say so. */
function limits(
  label: string,
  pooled: Float32Array,
  values: VolumeDocument["values"],
  threshold = 0,
): VolumeDocument {
  const finite = new Float32Array(pooled.length);
  let [count, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of pooled) {
    if (!Number.isFinite(value)) continue;
    finite[count++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const numbers = finite.subarray(0, count);
  const mixed = min < 0 && max > 0;
  const low = mixed ? 0 : rounded(quantile(numbers, 0.02), false);
  if (mixed) for (let i = 0; i < count; i++) numbers[i] = Math.abs(numbers[i]);
  let high = rounded(quantile(numbers, mixed || max <= 0 ? 0.995 : 0.975), true);
  high = Math.max(high, 2.5 * threshold);
  if (!(high > low)) high = low + 1;
  return { label, min, max, low, high, values };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
