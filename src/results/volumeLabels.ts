import { vechPairs } from "../matrix/vech.js";
import type { MapKind } from "./mapCatalog.js";
import type { ResultsInfo } from "./resultsInfo.js";

/** Names for the volumes of a map: contrasts, columns of X, entries of D; numbered where nothing names them. */
export function volumeLabels(kind: MapKind, volumes: number, info: ResultsInfo): readonly string[] {
  const named = namesFor(kind, info);
  if (named.length === volumes) return named;
  if (volumes === 1) return [kind.name];
  if (kind.volumes === "covariances") {
    const q = Math.round((Math.sqrt(8 * volumes + 1) - 1) / 2);
    if ((q * (q + 1)) / 2 === volumes) return covarianceLabels(q);
  }
  const noun =
    kind.volumes === "columns" ? "column" : kind.volumes.includes("contrasts") ? "contrast" : "volume";
  return Array.from({ length: volumes }, (_, k) => `${noun} ${k}`);
}

function namesFor(kind: MapKind, info: ResultsInfo): readonly string[] {
  switch (kind.volumes) {
    case "columns":
      return info.columns;
    case "T contrasts":
      return info.contrasts.filter((contrast) => contrast.kind === "T").map(({ name }) => name);
    case "F contrasts":
      return info.contrasts.filter((contrast) => contrast.kind === "F").map(({ name }) => name);
    case "pairs of columns":
      return info.columns.flatMap((a) => info.columns.map((b) => `${a}, ${b}`));
    case "covariances":
      return covarianceLabels(info.factor.columns.length);
    default:
      return [kind.name];
  }
}

/** D11, D21, D22, …: the order of vech(D). */
function covarianceLabels(q: number): string[] {
  const { row, column } = vechPairs(q);
  return Array.from(row, (i, k) => `D${i + 1}${column[k] + 1}`);
}
