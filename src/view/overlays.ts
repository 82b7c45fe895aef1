import type { Overlay } from "../document/viewDocument.js";
import { InputError } from "../errors.js";
import type { Patches } from "../mesh/index.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import type { Hemispheres } from "./viewInput.js";

/** What a test found, of one hemisphere or both: clusters, or the vertices that pass a corrected threshold. */
export interface Found {
  readonly patches: Patches | Hemispheres<Patches>;
}

/** What can be laid over a view: `clusters(…)`, `fdr(…)`, `bonferroni(…)`, a pair of them, or several of any. */
export type OverlayInput = Found | Hemispheres<Found> | readonly (Found | Hemispheres<Found>)[];

/**
 * Sorts what is laid over a view by hemisphere.
 *
 * @param hemispheres of the view: what is of one hemisphere is of the only one.
 * @throws InputError when it is nothing that can be laid over, or does not say of which hemisphere it is.
 */
export function overlaysOf(input: OverlayInput, hemispheres: readonly Hemisphere[]): readonly Overlay[] {
  const all: readonly unknown[] = Array.isArray(input) ? input : [input];
  return all.map((one) => {
    const sides = sidesOf(one, hemispheres);
    const title = (sides.lh ?? sides.rh)?.title ?? "";
    return { title, sides };
  });
}

function sidesOf(one: unknown, hemispheres: readonly Hemisphere[]): { [H in Hemisphere]?: Patches } {
  const found = patchesOf(one);
  if (isPatches(found)) {
    const [only] = hemispheres;
    if (hemispheres.length === 1) return { [only]: found };
    throw new InputError({
      key: "overlay",
      found: `${found.title} of one hemisphere over a view of two`,
      expected: "{ lh: …, rh: … }, or one of the two",
    });
  }
  const sides: { [H in Hemisphere]?: Patches } = {};
  for (const side of ["lh", "rh"] as const) {
    const there = (found as Hemispheres<unknown> | undefined)?.[side];
    if (there === undefined) continue;
    const patches = patchesOf(there);
    if (!isPatches(patches)) throw notLaid(there);
    sides[side] = patches;
  }
  if (Object.keys(sides).length === 0) throw notLaid(one);
  return sides;
}

/** Not `instanceof`: the cell's `blmm` may be another copy than ours. */
function patchesOf(one: unknown): unknown {
  const { patches } = (one ?? {}) as { readonly patches?: unknown };
  return patches ?? one;
}

function isPatches(value: unknown): value is Patches {
  const { names, at } = (value ?? {}) as Partial<Patches>;
  return Array.isArray(names) && at instanceof Int32Array;
}

function notLaid(what: unknown): InputError {
  return new InputError({
    key: "overlay",
    found:
      what instanceof Promise ? "a promise (put `await` before it)" : what === null ? "null" : typeof what,
    expected: "what clusters, fdr or bonferroni give, or a pair { lh, rh } of it",
  });
}
