import { type Side, VIEWS, type ViewName } from "./panels.js";
import type { Hemisphere, ViewDocument } from "./viewDocument.js";

/** Everything a link restores. Names, not numbers: a link survives a new contrast. */
export interface ViewState {
  readonly design: string;
  readonly statistic: string;
  readonly volume: string;
  /** undefined: what the document suggests. */
  readonly threshold: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly colorMap: string | undefined;
  /** 0 the first shape of the document, 1 the second; between them it is on the way. */
  readonly surface: number;
  readonly side: Side;
  readonly view: ViewName;
  /** Degrees by which panels were turned, by panel. */
  readonly turns: Readonly<Record<string, readonly [number, number]>>;
  /** Whether the borders of regions are drawn. */
  readonly outlines: boolean;
  /** Whether what tests found is outlined. */
  readonly overlays: boolean;
  readonly zoom: number;
  readonly pan: readonly [number, number];
  readonly picked: { readonly hemisphere: Hemisphere; readonly vertex: number } | undefined;
}

export function firstState(view: ViewDocument): ViewState {
  const design = view.designs[0];
  const statistic = design?.statistics[0];
  return {
    design: design?.key ?? "",
    statistic: statistic?.key ?? "",
    volume: statistic?.volumes[0]?.label ?? "",
    threshold: undefined,
    low: undefined,
    high: undefined,
    colorMap: undefined,
    surface: Math.max(
      0,
      view.geometry.surfaces.findIndex(({ name }) => name === "inflated"),
    ),
    side: view.hemispheres.length === 2 ? "both" : view.hemispheres[0],
    view: "overview",
    turns: {},
    outlines: view.regions !== undefined,
    overlays: view.overlays !== undefined,
    zoom: 1,
    pan: [0, 0],
    picked: undefined,
  };
}

/** The state as the part of a link after #; what is as at the start is left out. */
export function encodeState(state: ViewState, first: ViewState): string {
  const link = new URLSearchParams();
  const put = (key: string, value: string | undefined, usual: string | undefined) => {
    if (value !== undefined && value !== usual) link.set(key, value);
  };
  put("design", state.design, first.design);
  put("statistic", state.statistic, first.statistic);
  put("contrast", state.volume, first.volume);
  for (const key of ["threshold", "low", "high"] as const) put(key, text(state[key]), undefined);
  put("colors", state.colorMap, undefined);
  put("surface", text(state.surface), text(first.surface));
  put("hemisphere", state.side, first.side);
  put("view", state.view, first.view);
  put("outlines", state.outlines ? "on" : "off", first.outlines ? "on" : "off");
  put("overlay", state.overlays ? "on" : "off", first.overlays ? "on" : "off");
  put("zoom", text(state.zoom), "1");
  put("pan", state.pan.map(text).join(","), "0,0");
  for (const [key, [a, e]] of Object.entries(state.turns))
    if (a !== 0 || e !== 0) link.set(`turn.${key}`, `${text(a)},${text(e)}`);
  if (state.picked !== undefined) link.set("vertex", `${state.picked.hemisphere}:${state.picked.vertex}`);
  return link.toString();
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Number(value.toPrecision(5)));
}

/** Reads a link; what it does not understand it leaves as it is. */
export function decodeState(link: string, first: ViewState, view: ViewDocument): ViewState {
  const given = new URLSearchParams(link);
  const number = (key: string): number | undefined => {
    const value = given.get(key);
    return value === null || value === "" || !Number.isFinite(Number(value)) ? undefined : Number(value);
  };
  const pair = (value: string | null): readonly [number, number] | undefined => {
    const parts = (value ?? "").split(",").map(Number);
    return parts.length === 2 && parts.every(Number.isFinite) ? [parts[0], parts[1]] : undefined;
  };
  const name = given.get("view");
  const side = given.get("hemisphere");
  const vertex = /^(lh|rh):(\d+)$/.exec(given.get("vertex") ?? "");
  const picked =
    vertex !== null && Number(vertex[2]) < (view.geometry.vertices[vertex[1] as Hemisphere] ?? 0)
      ? { hemisphere: vertex[1] as Hemisphere, vertex: Number(vertex[2]) }
      : first.picked;
  const turns = [...given].flatMap(([key, value]) => {
    const turn = pair(value);
    return key.startsWith("turn.") && turn !== undefined ? [[key.slice(5), turn] as const] : [];
  });
  return settled(
    {
      design: given.get("design") ?? first.design,
      statistic: given.get("statistic") ?? first.statistic,
      volume: given.get("contrast") ?? first.volume,
      threshold: number("threshold") ?? first.threshold,
      low: number("low") ?? first.low,
      high: number("high") ?? first.high,
      colorMap: given.get("colors") ?? first.colorMap,
      surface: Math.max(0, Math.min(view.geometry.surfaces.length - 1, number("surface") ?? first.surface)),
      side: side === "both" || side === "lh" || side === "rh" ? side : first.side,
      view: VIEWS.find((known) => known === name) ?? first.view,
      turns: Object.fromEntries(turns),
      outlines: given.has("outlines") ? given.get("outlines") === "on" : first.outlines,
      overlays: given.has("overlay") ? given.get("overlay") === "on" : first.overlays,
      zoom: Math.min(12, Math.max(0.5, number("zoom") ?? 1)),
      pan: pair(given.get("pan")) ?? [0, 0],
      picked,
    },
    view,
  );
}

/** A state whose design, statistic and volume exist: another choice keeps the names that it can. */
export function settled(state: ViewState, view: ViewDocument): ViewState {
  const design = view.designs.find(({ key }) => key === state.design) ?? view.designs[0];
  const statistic = design?.statistics.find(({ key }) => key === state.statistic) ?? design?.statistics[0];
  const volume = statistic?.volumes.find(({ label }) => label === state.volume) ?? statistic?.volumes[0];
  if (design === undefined || statistic === undefined || volume === undefined) return state;
  // A side for which this map has no numbers would show nothing.
  const there = view.hemispheres.filter((hemisphere) => volume.values[hemisphere] !== undefined);
  const known = state.side === "both" ? there.length > 1 : there.includes(state.side);
  const side = known ? state.side : there.length > 1 ? "both" : (there[0] ?? state.side);
  // A vertex that does not exist cannot be picked.
  const { picked } = state;
  const exists =
    picked !== undefined &&
    picked.vertex >= 0 &&
    picked.vertex < (view.geometry.vertices[picked.hemisphere] ?? 0);
  return {
    ...state,
    picked: exists ? { hemisphere: picked.hemisphere, vertex: picked.vertex } : undefined,
    design: design.key,
    statistic: statistic.key,
    volume: volume.label,
    side,
  };
}
