import type { ViewState } from "../viewState.js";

/** What dragging by so many CSS pixels makes of a state: the panel turns. */
export function turnedBy({ turns }: ViewState, panel: string, dx: number, dy: number): Partial<ViewState> {
  const [a, e] = turns[panel] ?? [0, 0];
  const turned = [a - dx * 0.5, Math.max(-180, Math.min(180, e + dy * 0.5))] as const;
  return { turns: { ...turns, [panel]: turned } };
}

/**
 * All panels move.
 *
 * @param scale CSS pixels per mm.
 */
export function pannedBy({ pan }: ViewState, scale: number, dx: number, dy: number): Partial<ViewState> {
  return { pan: [pan[0] + dx / scale, pan[1] - dy / scale] };
}

export function zoomedBy({ zoom }: ViewState, factor: number): Partial<ViewState> {
  return { zoom: Math.min(12, Math.max(0.5, zoom * factor)) };
}
