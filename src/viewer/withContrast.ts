import type { ViewDocument } from "./viewDocument.js";
import type { ViewState } from "./viewState.js";
import { type NewVolume, withVolumes } from "./withVolumes.js";

/**
 * The document with a typed contrast, and what a state becomes that shows it.
 *
 * @param added its maps, of the design that is shown and of others that have the columns for it.
 */
export function withContrast(
  view: ViewDocument,
  { design, statistic }: ViewState,
  added: readonly NewVolume[],
): { readonly view: ViewDocument; readonly patch: Partial<ViewState> | undefined } {
  const more = added.reduce((all, one) => withVolumes(all, one.design ?? design, [one]), view);
  const shown = shownFirst(added, design, statistic);
  if (shown === undefined) return { view: more, patch: undefined };
  return {
    view: more,
    patch: {
      statistic: shown.statistic,
      volume: shown.volume.label,
      high: undefined,
      // A threshold of T says nothing about F.
      ...(shown.statistic === statistic ? {} : { threshold: undefined, low: undefined }),
    },
  };
}

/** Of the maps of a typed contrast, the one that is shown: of the same statistic where there is one. */
export function shownFirst(
  added: readonly NewVolume[],
  design: string,
  statistic: string | undefined,
): NewVolume | undefined {
  const ours = added.filter((one) => (one.design ?? design) === design);
  return ours.find((one) => one.statistic === statistic) ?? ours[0];
}
