import { createRequire } from "node:module";

/** Loaded with the first picture: who draws none does not wait for it. */
let loaded: typeof import("@napi-rs/canvas") | undefined;

/** The library that draws without a browser. */
export function canvasLibrary(): typeof import("@napi-rs/canvas") {
  loaded ??= createRequire(import.meta.url)("@napi-rs/canvas") as typeof import("@napi-rs/canvas");
  return loaded;
}
