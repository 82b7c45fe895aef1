/** How any value looks: the MIME bundle it gives itself, else text, and HTML for tables. */
import { inspect } from "node:util";
import type { MimeBundle } from "../shared/runnerMessages";
import { tableOf } from "./table";

const DISPLAY = Symbol.for("Jupyter.display");
type Describe = () => MimeBundle | Promise<MimeBundle>;

/** The method by which a value says how it looks, if it has one. */
function ownDescription(value: unknown): Describe | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const own = value as { [DISPLAY]?: unknown; toMimeBundle?: unknown };
  const method = own[DISPLAY] ?? own.toMimeBundle;
  return typeof method === "function" ? () => (method as Describe).call(value) : undefined;
}

/** The whole bundle; at once if the value answers at once, so that output keeps its order. */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const describe = ownDescription(value);
  if (!describe) return plainBundle(value);
  const bundle = describe();
  return bundle instanceof Promise
    ? bundle.then((known) => completed(known, value))
    : completed(bundle, value);
}

function plainBundle(value: unknown): MimeBundle {
  if (value instanceof Promise) {
    return { "text/plain": `${inspect(value)}\nPut "await" before it to wait for its value.` };
  }
  const table = tableOf(value);
  if (table) return { "text/plain": table.text, "text/html": table.html };
  return { "text/plain": inspect(value, { depth: 4, maxArrayLength: 100 }) };
}

/** Bytes as base64, and always a plain text. */
function completed(bundle: MimeBundle, value: unknown): MimeBundle {
  const entries = Object.entries(bundle).map(([type, data]): [string, unknown] => [
    type,
    data instanceof Uint8Array
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")
      : data,
  ]);
  const out = Object.fromEntries(entries);
  return "text/plain" in out ? out : { "text/plain": inspect(value, { depth: 1 }), ...out };
}
