import { blocksOfGeometry } from "../document/geometryFiles.js";
import type { BlockStore } from "../document/writeBlock.js";
import { shownBy } from "../viewer/shown.js";
import { VIEW_MIME, type ViewDocument } from "../viewer/viewDocument.js";
import { decodeState, firstState } from "../viewer/viewState.js";

/**
 * What a view cell puts out: the view with the blocks it keeps, a PNG for where the extension is missing, and text.
 *
 * @param png what another thread writes while the rest is put together.
 */
export async function viewBundle(
  view: ViewDocument,
  store: BlockStore,
  kept: Iterable<string>,
  png: Promise<Uint8Array>,
  text: () => string,
): Promise<Record<string, unknown>> {
  const blocks: Record<string, string> = {};
  for (const id of kept) {
    const bytes = store.read(id);
    if (bytes !== undefined) blocks[id] = Buffer.from(bytes).toString("base64");
  }
  const words = text();
  return {
    [VIEW_MIME]: { ...view, blocks },
    "image/png": Buffer.from(await png).toString("base64"),
    "text/plain": words,
  };
}

/**
 * The blocks that travel with a view: without them the first picture could not be drawn from a saved notebook.
 *
 * @param geometry whether its surfaces travel too: where the extension does not bring them.
 */
export function keptBlocks(view: ViewDocument, keep: "shown" | "all", geometry: boolean): Set<string> {
  const ids = new Set<string>(geometry ? blocksOfGeometry(view.geometry).map(({ id }) => id) : []);
  const shown = shownBy(decodeState(view.start, firstState(view), view), view);
  const designs = keep === "all" ? view.designs : [shown.design];
  for (const { mask } of designs) for (const { id } of Object.values(mask)) ids.add(id);
  const volumes =
    keep === "all"
      ? view.designs.flatMap(({ statistics }) => statistics.flatMap((statistic) => statistic.volumes))
      : [shown.volume];
  for (const { values } of volumes) for (const { id } of Object.values(values)) ids.add(id);
  const labels = [view.regions ?? {}, ...(view.overlays ?? []).map(({ sides }) => sides)];
  for (const sides of labels) for (const { values } of Object.values(sides)) ids.add(values.id);
  return ids;
}
