import { packed } from "../plots/packed.js";
import { labelsOf } from "../viewer/colorBar.js";
import { colorTable, TABLE_SIZE } from "../viewer/colorMaps.js";
import type { Faces } from "../viewer/geometry.js";
import { type Paint, passes, position } from "../viewer/paint.js";
import { type Figure, plotlyText } from "../viewer/vertexFigure.js";
import type { Hemisphere } from "../viewer/viewDocument.js";

/** One hemisphere of a figure. */
export interface FigureSide {
  readonly hemisphere: Hemisphere;
  /** float32, V × 3, mm. */
  readonly positions: Float32Array;
  readonly faces: Faces;
  /** float32, V: above 0 in a sulcus. */
  readonly folding: Float32Array;
  /** float32, V: NaN outside the mask. */
  readonly values: Float32Array;
}

export interface SurfaceFigureOptions {
  readonly title: string;
  /** Of the statistic, for the color bar. */
  readonly symbol: string;
  readonly paint: Paint;
  /** Whether the surface is folded, which wants another light than a round one. */
  readonly folded: boolean;
}

/** Of a figure and its margins, pixels; the part of what is between them that the color bar takes; a line of its words. */
const HEIGHT = 460;
const TOP = 44;
const FOOT = 8;
const BAR = 0.7;
const LINE = 12;

/** Between the hemispheres, mm. */
const GAP = 8;
const GYRUS = 0.84;
const SULCUS = 0.6;
const OUTSIDE = [170, 166, 156] as const;

/**
 * A figure of plotly's: one mesh3d a hemisphere, colors over the folding pattern, gray under the threshold. Both
 * hemispheres show their lateral side, in one scene.
 */
export function surfaceFigure(sides: readonly FigureSide[], options: SurfaceFigureOptions): Figure {
  const { paint, symbol, title, folded } = options;
  const light = folded
    ? { ambient: 0.35, diffuse: 0.75, specular: 0.12, roughness: 0.4, fresnel: 0.1 }
    : { ambient: 0.4, diffuse: 0.68, specular: 0.1, roughness: 0.45, fresnel: 0.05 };
  let right = 0;
  const meshes = sides.map(({ hemisphere, positions, faces, folding, values }) => {
    const { x, y, z, width } = facing(positions, hemisphere, right);
    right += width + GAP;
    const corner = (k: number) => {
      const corners = Int32Array.from({ length: faces.length / 3 }, (_, f) => faces[3 * f + k]);
      return packed(values.length > 65_535 ? corners : Uint16Array.from(corners));
    };
    const mesh = {
      type: "mesh3d",
      name: hemisphere === "lh" ? "left" : "right",
      x: packed(x),
      y: packed(y),
      z: packed(z),
      i: corner(0),
      j: corner(1),
      k: corner(2),
      vertexcolor: Array.from(values, (value, v) => hex(colorOf(value, folding[v], paint))),
      customdata: packed(values),
      hovertemplate: `${plotlyText(symbol)} %{customdata:.3f}<extra>${hemisphere === "lh" ? "left" : "right"} %{pointNumber}</extra>`,
      lighting: { ...light, vertexnormalsepsilon: 0, facenormalsepsilon: 0 },
      // Where the eye is orthographic, plotly lights along the picture's axes, and z points away from the reader.
      lightposition: folded ? { x: -3e4, y: 6e4, z: -1e5 } : { x: 0, y: 5e4, z: -1e5 },
      flatshading: false,
    };
    return { mesh, first: [x[0], y[0], z[0]] as const, size: [width, sizeOf(y), sizeOf(z)] as const };
  });
  const axis = { visible: false, showspikes: false };
  return {
    data: [...meshes.map(({ mesh }) => mesh), colorBar(paint, symbol, meshes[0]?.first ?? [0, 0, 0])],
    layout: {
      title: { text: plotlyText(title), font: { size: 16 }, x: 0.02, xanchor: "left" },
      height: HEIGHT,
      margin: { l: 0, r: 0, t: TOP, b: FOOT },
      showlegend: false,
      scene: {
        aspectmode: "manual",
        aspectratio: aspect(meshes.map(({ size }) => size)),
        xaxis: axis,
        yaxis: axis,
        zaxis: axis,
        camera: {
          eye: { x: 0, y: -2, z: 0 },
          up: { x: 0, y: 0, z: 1 },
          projection: { type: "orthographic" },
        },
      },
    },
  };
}

/** Turns a hemisphere so that its lateral side looks at the reader (along −y), and puts it right of the last. */
function facing(positions: Float32Array, hemisphere: Hemisphere, left: number) {
  const V = positions.length / 3;
  const [x, y, z] = [0, 1, 2].map(() => new Float32Array(V));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const sign = hemisphere === "lh" ? -1 : 1;
  for (let v = 0; v < V; v++) {
    // From the left the front of the head is on the left hand, from the right on the right hand.
    x[v] = sign * positions[3 * v + 1];
    y[v] = -sign * positions[3 * v];
    z[v] = positions[3 * v + 2];
    low = Math.min(low, x[v]);
    high = Math.max(high, x[v]);
  }
  for (let v = 0; v < V; v++) x[v] += left - low;
  return { x, y, z, width: high - low };
}

function sizeOf(values: Float32Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

/** True proportions, as large as the figure lets them be. */
function aspect(sizes: readonly (readonly [number, number, number])[]) {
  const x = sizes.reduce((sum, [width]) => sum + width, GAP * (sizes.length - 1));
  const [y, z] = [1, 2].map((k) => Math.max(...sizes.map((size) => size[k])));
  const scale = Math.min(3.8 / x, 1.55 / z);
  return { x: x * scale, y: y * scale, z: z * scale };
}

/** Red, green, blue, 0–255: the map's color where the value passes, else gray as the cortex is folded. */
function colorOf(value: number, folding: number, paint: Paint): readonly [number, number, number] {
  if (Number.isNaN(value)) return OUTSIDE;
  const gyrus = 0.5 - 0.5 * Math.tanh(folding / 2);
  if (!passes(value, paint)) {
    const gray = 255 * (SULCUS + (GYRUS - SULCUS) * gyrus);
    return [gray, gray, gray];
  }
  const table = colorTable(paint.map);
  const k = 4 * Math.min(TABLE_SIZE - 1, Math.floor(position(value, paint) * TABLE_SIZE));
  const through = 0.85 + 0.15 * gyrus;
  return [table[k] * through, table[k + 1] * through, table[k + 2] * through];
}

const hex = (color: readonly number[]) =>
  `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** A triangle without area, at a vertex of the surface: only its color bar is seen, gray where nothing passes. */
function colorBar(paint: Paint, symbol: string, at: readonly [number, number, number]) {
  const { map, low, high } = paint;
  const [from, to] = map.signed ? [-high, high] : [low, high];
  const steps = 128;
  const table = colorTable(map);
  const colorscale = Array.from({ length: steps + 1 }, (_, k) => {
    const value = from + ((to - from) * k) / steps;
    const at = 4 * Math.min(TABLE_SIZE - 1, Math.floor(position(value, paint) * TABLE_SIZE));
    return [k / steps, passes(value, paint) ? hex([table[at], table[at + 1], table[at + 2]]) : "#abadae"];
  });
  const labels = labelsOf(paint, BAR * (HEIGHT - TOP - FOOT), () => LINE);
  const point = [at, at, at];
  return {
    type: "mesh3d",
    x: point.map(([x]) => x),
    y: point.map(([, y]) => y),
    z: point.map(([, , z]) => z),
    i: [0],
    j: [1],
    k: [2],
    intensity: [from, from, to],
    cmin: from,
    cmax: to,
    colorscale,
    showscale: true,
    hoverinfo: "skip",
    colorbar: {
      title: { text: plotlyText(symbol) },
      len: BAR,
      thickness: 14,
      tickvals: labels.map(({ value }) => value),
      ticktext: labels.map(({ text }) => text),
    },
  };
}
