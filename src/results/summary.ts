import { formatCount, formatSeconds, plural } from "../print/number.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import type { ResultMaps } from "./resultMaps.js";
import { isKnown } from "./resultsInfo.js";

const WHY_DROPPED: Readonly<Record<string, string>> = {
  outsideMask: "outside the analysis mask",
  empty: "without any value",
  tooFewImages: "with fewer images than Missingness asks for",
  tooFewForModel: "with no more images than fixed effects + 1",
  tooFewForRandomEffects: "with no more images than random effects (`safeMode: 0` fits them)",
  rankLost: "at which X loses rank on the images present",
  constant: "without residual variance",
};

/** What results hold: the data behind them, singular fits, strongest effects, and every map with its range. */
export class Summary extends Report {
  constructor(results: ResultMaps) {
    super(headingOf(results), linesOf(results), [
      ...effectTables(results),
      ...(results.info.kind === "contrast" ? [] : [mapTable(results)]),
    ]);
  }
}

function headingOf(results: ResultMaps): string {
  const { kind, comparison } = results.info;
  const where = results.directory === undefined ? "in memory, not written" : results.directory;
  if (kind === "compare") {
    const models = comparison === undefined ? "" : `${comparison.reduced} against ${comparison.full}, `;
    return `Likelihood-ratio comparison (${models}${where})`;
  }
  return `${kind === "contrast" ? `Contrast ${results.info.contrasts.map(({ name }) => name).join(", ")}` : "Linear mixed model fit"} (${where})`;
}

function linesOf(results: ResultMaps): string[] {
  const { info } = results;
  const lines: string[] = [];
  if (info.kind === "contrast") return [...contrastLines(results), ...notesOf(results)];
  const inMask = results.verticesInMask;
  const n = results.has("n") ? results.map("n").range() : undefined;
  const images =
    n === undefined || n.at < 0 ? "" : `; n from ${formatCount(n.min)} to ${formatCount(n.max)} images`;
  lines.push(
    `${formatCount(inMask)} of ${formatCount(info.vertices)} ${unitOf(results)} in the mask${images}`,
  );
  if (info.columns.length > 0 && info.kind !== "compare") {
    lines.push(`${plural(info.columns.length, "fixed effect", "fixed effects")}${factorOf(results)}`);
  }
  if (results.has("status")) lines.push(statusLine(results));
  if (isKnown(info.fit)) {
    const { inner, ringPatterns, dropped, seconds, threads, backend, evaluations } = info.fit;
    lines.push(
      `${formatCount(inner)} with every image; ${plural(ringPatterns, "pattern", "patterns")} of missing images elsewhere`,
    );
    for (const [why, count] of Object.entries(dropped)) {
      if (count > 0) lines.push(`${formatCount(count)} left out: ${WHY_DROPPED[why] ?? why}`);
    }
    lines.push(
      `fitted in ${formatSeconds(seconds)} on ${plural(threads, "thread", "threads")} (${backend}), ${(evaluations / Math.max(1, inMask)).toFixed(1)} likelihood evaluations a vertex`,
    );
    if (results.has("certificate")) lines.push(certificateLine(results));
    if (info.fit.searchedAgain > 0) {
      const { searchedAgain, foundBetter } = info.fit;
      lines.push(
        `${formatCount(searchedAgain)} near the boundary of D searched again from other starts, ${formatCount(foundBetter)} of them with a better end`,
      );
    }
  }
  if (info.comparison !== undefined) {
    const { mixture, singular, compared } = info.comparison;
    const parts = mixture.map(({ df, weight }) => `${weight}·χ²(${df})`).join(" + ");
    lines.push(
      `p from ${parts}; ${formatCount(singular)} of ${formatCount(compared)} full fits are singular`,
    );
  }
  return [...lines, ...rankLines(results), ...missingTests(results), ...notesOf(results)];
}

/** What a new contrast adds to its fit, whose story its own summary tells. */
function contrastLines(results: ResultMaps): string[] {
  const { info } = results;
  return [
    `tested at ${formatCount(results.verticesInMask)} of ${formatCount(info.vertices)} ${unitOf(results)} without a refit`,
    ...rankLines(results),
    ...missingTests(results),
    `maps: ${results.maps.join(", ")}`,
  ];
}

/** F contrasts are tested at the rank of their rows. */
function rankLines(results: ResultMaps): string[] {
  return results.info.contrasts
    .filter(({ kind, rank }) => kind === "F" && rank > 0)
    .map(({ name, L, rank }) => {
      const rows = plural(L.length, "row", "rows");
      return L.length === rank
        ? `${name}: F of ${rows}, rank ${rank}`
        : `${name}: F of ${rows}, tested at its rank ${rank}: ${L.length - rank} of them ${L.length - rank === 1 ? "follows" : "follow"} from the others`;
    });
}

/** Vertices of the mask at which a statistic could not be computed. */
function missingTests(results: ResultMaps): string[] {
  return ["conT", "conF", "Chi2"]
    .filter((name) => results.has(name))
    .flatMap((name) => {
      const map = results.map(name);
      return map.labels.flatMap((label, k) => {
        const missing = results.verticesInMask - map.volume(k).filter((value) => !Number.isNaN(value)).length;
        const unit = unitOf(results);
        return missing === 0
          ? []
          : [`${label}: no ${name} and no p at ${formatCount(missing)} ${unit} of the mask`];
      });
    });
}

function notesOf(results: ResultMaps): string[] {
  return results.info.warnings.map((warning) => `note: ${warning}`);
}

function unitOf(results: ResultMaps): string {
  return results.info.space.kind === "volume" ? "voxels" : "vertices";
}

function factorOf(results: ResultMaps): string {
  const { factor } = results.info;
  if (factor.levels === 0) return results.has("D") ? "" : ", no random effects";
  return `; factor ${factor.name}: ${plural(factor.levels, "level", "levels")}, random effects ${factor.columns.join(", ")}`;
}

/** How close the searches came, by the Newton decrement of the vertices that converged. */
function certificateLine(results: ResultMaps): string {
  const status = results.map("status").data;
  const certificate = results.map("certificate").data;
  let largest = 0;
  certificate.forEach((decrement, v) => {
    if (status[v] === 1 || status[v] === 2) largest = Math.max(largest, decrement);
  });
  const reached = largest > 0 ? largest.toExponential(1).replace("e-", " × 10^−") : "0";
  return `every optimum certified: −2 log-likelihood within ${reached} of its minimum by its gradient and Hessian`;
}

function statusLine(results: ResultMaps): string {
  const counts = [0, 0, 0, 0, 0];
  for (const status of results.map("status").data) counts[status]++;
  const [, converged, singular, failed, noResidual] = counts;
  const vanishing = noResidual === 0 ? "" : `, ${formatCount(noResidual)} stopped as σ² went to zero`;
  return `${plural(singular, "singular fit", "singular fits")} (D on its boundary), ${formatCount(converged)} inside, ${formatCount(failed)} not converged${vanishing}`;
}

/** The strongest effect of every contrast, and where it is. */
function effectTables(results: ResultMaps): Table[] {
  const tables: Table[] = [];
  const strongest = (statistic: string, log10p: string, heading: string) => {
    if (!results.has(statistic)) return;
    const map = results.map(statistic);
    const rows = map.labels.flatMap((label, k) => {
      const range = map.range(k);
      if (range.at < 0) return [];
      const p = results.has(log10p) ? results.map(log10p).volume(k)[range.at] : Number.NaN;
      return [[label, range.min, range.max, `${range.at}`, range.largest, p]];
    });
    const short = statistic.slice(3);
    tables.push(
      new Table(
        "Strongest effects",
        ["contrast", `lowest ${short}`, `highest ${short}`, "at vertex", short, heading],
        rows,
      ),
    );
  };
  if (results.has("conTlp2")) strongest("conT", "conTlp2", "−log10 p (two-sided)");
  else strongest("conT", "conTlp", "−log10 p (one-sided)");
  strongest("conF", "conFlp", "−log10 p");
  return tables;
}

function mapTable(results: ResultMaps): Table {
  const rows = results.maps.map((name) => {
    const map = results.map(name);
    let [low, high] = [Number.NaN, Number.NaN];
    // A covariance map has p² volumes; its range over all of them says nothing that is worth its time.
    for (let k = 0; k < map.volumes && map.volumes <= 64; k++) {
      const range = map.range(k);
      if (range.at < 0) continue;
      low = Number.isNaN(low) ? range.min : Math.min(low, range.min);
      high = Number.isNaN(high) ? range.max : Math.max(high, range.max);
    }
    return [name, map.volumes, low, high, map.kind.description];
  });
  return new Table("Maps", ["map", "volumes", "lowest", "highest", "what it is"], rows);
}
