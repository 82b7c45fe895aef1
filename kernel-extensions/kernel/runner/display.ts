/** `display(x)`: a whole MIME bundle, an id to update it by. */
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "../shared/runnerMessages";
import { tell } from "./channel";
import { currentCell } from "./currentCell";
import { mimeBundle } from "./mimeBundle";

interface Options {
  readonly id?: string;
  readonly update?: boolean;
  readonly metadata?: MimeBundle;
}

/** What has been displayed, and can be replaced. */
export class Displayed {
  constructor(readonly id: string) {}

  /** Shows `value` in the same place. */
  update(value: unknown, metadata: MimeBundle = {}): void {
    send(value, { id: this.id, update: true, metadata });
  }
}

function send(value: unknown, options: Options): void {
  const cell = currentCell().id;
  const { id, update = false, metadata = {} } = options;
  const bundle = mimeBundle(value);
  const post = (data: MimeBundle): void => tell({ type: "display", cell, data, metadata, id, update });
  if (!(bundle instanceof Promise)) {
    post(bundle);
    return;
  }
  const { showing } = currentCell();
  const shown = bundle.then(post);
  showing.add(shown);
  // A bundle that fails is told by the cell, which waits for it.
  shown.then(
    () => showing.delete(shown),
    () => undefined,
  );
}

export function display(value: unknown, options: Options = {}): Displayed {
  const id = options.id ?? randomUUID();
  send(value, { ...options, id });
  return new Displayed(id);
}

/** Shows a bundle as it is given. */
export function displayBundle(data: MimeBundle, options: Options = {}): Displayed {
  return display({ toMimeBundle: () => data }, options);
}

export function clearOutput(wait = false): void {
  tell({ type: "clear", cell: currentCell().id, wait });
}
