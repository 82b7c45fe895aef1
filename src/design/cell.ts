/** The number in a cell of a table, which may have U+2212 for a minus; undefined where there is none. */
export function numberIn(cell: string): number | undefined {
  const text = cell.replaceAll("−", "-");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether a heading is that of ids, which say which row it is and are no data. */
export function isIdHeading(heading: string): boolean {
  return /^(|ids?|index|rows?|row_?names?|unnamed: 0)$/i.test(heading);
}

const NAMED =
  "(src_?)?subjects?|participants?|images?|files?|scans?|sessions?|sites?|famil(y|ies)|groups?|levels?|factors?|labels?|eid|sub";
const NAMES = new RegExp(`^(${NAMED})([_ ]?(ids?|keys?|labels?|names?|numbers?))?$`, "i");

/** Whether a heading is one that columns of names have: of subjects, sites, images, … */
export function isLevelHeading(heading: string): boolean {
  return NAMES.test(heading);
}

/** Whether a cell says that its value is missing. */
export function isMissing(cell: string): boolean {
  return /^(na|nan|n\/a|null|none|\.)$/i.test(cell);
}

/** Whether a cell is a number with a comma for the point. */
export function hasDecimalComma(cell: string): boolean {
  return /^[-−+]?\d+,\d+$/.test(cell);
}

/** `"M", "F", …`: some of the words of a column. */
export function someOf(cells: readonly string[]): string {
  const kinds = [...new Set(cells)];
  const shown = kinds.slice(0, 3).map((cell) => JSON.stringify(cell));
  return `${shown.join(", ")}${kinds.length > 3 ? ", …" : ""}`;
}
