import { packed } from "../plots/packed.js";
import { tick } from "../viewer/annotate.js";
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
    right += width + 8;
    const corner = (k: number) => {
      const corners = Int32Array.from({ length: faces.length / 3 }, (_, f) => faces[3 * f + k]);
      return packed(values.length > 65_535 ? corners : Uint16Array.from(corners));
    };
    return {
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
      lightposition: folded ? { x: -3e4, y: -1e5, z: 6e4 } : { x: 0, y: -1e5, z: 5e4 },
      flatshading: false,
    };
  });
  const axis = { visible: false, showspikes: false };
  return {
    data: [...meshes, colorBar(paint, symbol)],
    layout: {
      title: { text: plotlyText(title), font: { size: 16 }, x: 0.02, xanchor: "left" },
      height: 460,
      margin: { l: 0, r: 0, t: 44, b: 8 },
      showlegend: false,
      scene: {
        aspectmode: "data",
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

/** A trace that shows nothing but its color bar, gray where nothing passes. */
function colorBar(paint: Paint, symbol: string) {
  const { map, low, high, threshold } = paint;
  const [from, to] = map.signed ? [-high, high] : [low, high];
  const steps = 128;
  const table = colorTable(map);
  const colorscale = Array.from({ length: steps + 1 }, (_, k) => {
    const value = from + ((to - from) * k) / steps;
    const at = 4 * Math.min(TABLE_SIZE - 1, Math.floor(position(value, paint) * TABLE_SIZE));
    return [k / steps, passes(value, paint) ? hex([table[at], table[at + 1], table[at + 2]]) : "#abadae"];
  });
  const marked = Number.isFinite(threshold) && threshold > 0 && threshold < to;
  const ticks = marked
    ? map.signed
      ? [from, -threshold, 0, threshold, to]
      : [from, threshold, to]
    : [from, (from + to) / 2, to];
  return {
    type: "scatter3d",
    mode: "markers",
    x: [null],
    y: [null],
    z: [null],
    hoverinfo: "skip",
    marker: {
      color: [from],
      cmin: from,
      cmax: to,
      colorscale,
      showscale: true,
      colorbar: {
        title: { text: plotlyText(symbol) },
        len: 0.7,
        thickness: 14,
        tickvals: ticks,
        ticktext: ticks.map(tick),
      },
    },
  };
}
