import type { DesignMaps } from "../document/viewDocument.js";
import type { BlockStore } from "../document/writeBlock.js";
import { packageFile } from "../files/packageFile.js";
import { cellKernel } from "../notebook/cell.js";
import type { Results } from "../results/results.js";
import type { ViewDocument } from "../viewer/viewDocument.js";
import { VIEW_COMM } from "../viewer/viewProtocol.js";
import { sentView } from "./sentView.js";

/** What a view's page may ask about. */
export interface Served {
  /** Its id is never used twice: a page of an earlier kernel must not be answered from other results. */
  readonly document: ViewDocument;
  readonly designs: readonly DesignMaps[];
  readonly store: BlockStore;
  readonly unit: string;
}

const numbers = new WeakMap<Results, number>();
let count = 0;

/** The same results have the same number, others another. */
function numberOf(results: Results): number {
  const number = numbers.get(results) ?? ++count;
  numbers.set(results, number);
  return number;
}

/**
 * Lets the kernel answer the page of this view as long as it lives, in a thread of its own: a cell that runs neither
 * holds the answers up nor waits for them. Outside a notebook it does nothing.
 */
export function serveView({ document, designs, store, unit }: Served): void {
  const thread = cellKernel()?.commThread(packageFile("viewThread.js"), [VIEW_COMM]);
  if (thread === undefined) return;
  thread.post(sentView(document, designs, store, unit, numberOf));
}
