import { fromBase64, type PackedSource } from "../blocks.js";
import type { ViewDocument } from "../viewDocument.js";

/** Blocks inside the document, or in `<script type="text/plain" id="block-…">` elements of the page. */
export function embeddedSource(view: ViewDocument): PackedSource {
  return async (id) => {
    const text = view.blocks?.[id] ?? document.getElementById(`block-${id}`)?.textContent;
    if (text === undefined || text === null)
      throw new Error(`block ${JSON.stringify(id)} is not in this document`);
    return fromBase64(text);
  };
}

/** Blocks as files beside the document. */
export function folderSource(folder: URL): PackedSource {
  return async (id) => {
    const response = await fetch(new URL(`${encodeURIComponent(id)}.gz`, folder));
    if (!response.ok) throw new Error(`${id}.gz: ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  };
}
