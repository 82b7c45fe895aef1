import type { Panel } from "../panels.js";
import type { Shown } from "../shown.js";
import type { ViewState } from "../viewState.js";

/** What each key changes while the picture has the focus. */
export function keysOf(
  state: ViewState,
  shown: Shown,
  panels: readonly Panel[],
  surfaces: number,
): Readonly<Record<string, Partial<ViewState>>> {
  const { statistic, volume, volumeIndex, paint } = shown;
  const step = (statistic.signed ? volume.high : volume.high - volume.low) / 40;
  const threshold = Number.isFinite(paint.threshold) ? paint.threshold : volume.low;
  const turned = (azimuth: number, elevation: number): Partial<ViewState> => ({
    turns: Object.fromEntries(
      panels.map(({ key }) => {
        const [a, e] = state.turns[key] ?? [0, 0];
        return [key, [a + azimuth, e + elevation] as const];
      }),
    ),
  });
  const zoomed = (factor: number) => ({ zoom: Math.min(12, Math.max(0.5, state.zoom * factor)) });
  const neighbor = (by: number): Partial<ViewState> => {
    const { volumes } = statistic;
    const next = volumes[(volumeIndex + by + volumes.length) % volumes.length];
    return { volume: next.label, low: undefined, high: undefined };
  };
  return {
    ArrowLeft: turned(10, 0),
    ArrowRight: turned(-10, 0),
    ArrowUp: turned(0, -10),
    ArrowDown: turned(0, 10),
    "+": zoomed(1.2),
    "=": zoomed(1.2),
    "-": zoomed(1 / 1.2),
    "0": { turns: {}, zoom: 1, pan: [0, 0] },
    "[": { threshold: Math.max(0, threshold - step) },
    "]": { threshold: threshold + step },
    "<": neighbor(-1),
    ">": neighbor(1),
    s: { surface: (Math.round(state.surface) + 1) % surfaces },
    Escape: { picked: undefined },
  };
}
