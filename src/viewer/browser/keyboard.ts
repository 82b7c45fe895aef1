import type { Panel } from "../panels.js";
import type { Shown } from "../shown.js";
import type { VolumeGrid } from "../viewDocument.js";
import type { ViewState } from "../viewState.js";
import { neighborOf } from "../volumeGrid.js";
import { zoomedBy } from "./gestures.js";

/** What each key changes while the picture has the focus. */
export function keysOf(
  state: ViewState,
  shown: Shown,
  panels: readonly Panel[],
  surfaces: number,
): Readonly<Record<string, Partial<ViewState>>> {
  const turned = (azimuth: number, elevation: number): Partial<ViewState> => ({
    turns: Object.fromEntries(
      panels.map(({ key }) => {
        const [a, e] = state.turns[key] ?? [0, 0];
        return [key, [a + azimuth, e + elevation] as const];
      }),
    ),
  });
  return {
    ...commonKeys(state, shown),
    ArrowLeft: turned(10, 0),
    ArrowRight: turned(-10, 0),
    ArrowUp: turned(0, -10),
    ArrowDown: turned(0, 10),
    s: { surface: (Math.round(state.surface) + 1) % surfaces },
  };
}

/** The same for the slices of a volume: arrows and page keys move to the next voxel. */
export function volumeKeysOf(
  state: ViewState,
  shown: Shown,
  grid: VolumeGrid,
  strongest: number,
): Readonly<Record<string, Partial<ViewState>>> {
  const [hemisphere] = shown.hemispheres;
  const moved = (axis: 0 | 1 | 2, by: 1 | -1): Partial<ViewState> => ({
    picked: { hemisphere, vertex: neighborOf(grid, state.picked?.vertex ?? strongest, axis, by) },
  });
  return {
    ...commonKeys(state, shown),
    ArrowLeft: moved(0, -1),
    ArrowRight: moved(0, 1),
    ArrowUp: moved(1, 1),
    ArrowDown: moved(1, -1),
    PageUp: moved(2, 1),
    PageDown: moved(2, -1),
  };
}

function commonKeys(state: ViewState, shown: Shown): Readonly<Record<string, Partial<ViewState>>> {
  const { statistic, volume, volumeIndex, paint } = shown;
  const step = (statistic.signed ? volume.high : volume.high - volume.low) / 40;
  const threshold = Number.isFinite(paint.threshold) ? paint.threshold : volume.low;
  const neighbor = (by: number): Partial<ViewState> => {
    const { volumes } = statistic;
    const next = volumes[(volumeIndex + by + volumes.length) % volumes.length];
    return { volume: next.label, low: undefined, high: undefined };
  };
  return {
    "+": zoomedBy(state, 1.2),
    "=": zoomedBy(state, 1.2),
    "-": zoomedBy(state, 1 / 1.2),
    "0": { turns: {}, zoom: 1, pan: [0, 0] },
    "[": { threshold: Math.max(0, threshold - step) },
    "]": { threshold: threshold + step },
    "<": neighbor(-1),
    ">": neighbor(1),
    Escape: { picked: undefined },
  };
}
