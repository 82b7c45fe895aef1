import { render } from "preact";
import type { Ink } from "../annotate.js";
import { formatNumber } from "../formatNumber.js";
import { mapTitle, oddityOf, type Shown, thresholdInWords, whereOf } from "../shown.js";
import type { Hemisphere, ViewDocument } from "../viewDocument.js";
import type { ViewState } from "../viewState.js";
import { type Actions, Controls } from "./controls.js";
import { VertexCard } from "./vertexCard.js";
import type { ViewElements } from "./viewElements.js";
import type { ViewerOptions } from "./viewerOptions.js";
import type { ViewLoader } from "./viewLoader.js";

/** What stands beside and under the picture at this moment. */
export interface PanelsContent {
  readonly view: ViewDocument;
  readonly state: ViewState;
  readonly shown: Shown;
  readonly loader: ViewLoader;
  readonly ink: Ink;
  readonly copies: string;
  readonly actions: Actions;
  readonly options: ViewerOptions;
}

/** Renders the controls and the card of the picked vertex. */
export function renderPanels(elements: ViewElements, content: PanelsContent): void {
  const { view, state, shown, loader, ink, copies, actions, options } = content;
  const { picked } = state;
  render(
    <Controls
      view={view}
      state={state}
      shown={shown}
      values={loader.values}
      mark={picked === undefined ? undefined : loader.valueAt(picked.hemisphere, picked.vertex)}
      copies={copies}
      actions={actions}
    />,
    elements.side,
  );
  const { facts, figures } = loader;
  render(
    facts === undefined ? null : (
      <VertexCard
        facts={facts}
        design={shown.design.name}
        vertices={view.geometry.vertices}
        grid={view.geometry.volume}
        hemispheres={view.hemispheres}
        current={shown.volume.label}
        surface={loader.positionSurface}
        ink={ink}
        drawFigure={options.drawFigure}
        figures={figures}
        onPick={(hemisphere: Hemisphere, vertex: number) => actions.pick(hemisphere, vertex)}
        onClose={() => actions.set({ picked: undefined })}
      />
    ),
    elements.card,
  );
}

/** Takes both out of the page. */
export function clearPanels(elements: ViewElements): void {
  render(null, elements.side);
  render(null, elements.card);
}

/** What the picture shows, and what was picked, for people who hear it. */
export function wordsOf(
  view: ViewDocument,
  state: ViewState,
  shown: Shown,
  loader: ViewLoader,
): [words: string, said: string] {
  const { picked } = state;
  const map = [mapTitle(shown), shown.design.name, thresholdInWords(shown), oddityOf(shown) ?? ""]
    .filter((part) => part !== "")
    .join(", ");
  const words = view.geometry.volume === undefined ? `Cortex: ${map}, ${state.view} view` : `Volume: ${map}`;
  if (picked === undefined) return [words, ""];
  const { hemisphere, vertex } = picked;
  const value = formatNumber(loader.valueAt(hemisphere, vertex));
  const where =
    view.geometry.volume === undefined
      ? `${hemisphere === "lh" ? "left" : "right"} vertex ${vertex}`
      : whereOf(view, picked);
  return [words, `Picked ${where}, ${shown.statistic.symbol} ${value}`];
}

/** What stands at the pointer: the value, and where it is. */
export function tipOf(
  view: ViewDocument,
  { statistic }: Shown,
  at: { readonly hemisphere: Hemisphere; readonly vertex: number },
  value: number,
): [what: string, where: string] {
  const what = Number.isNaN(value) ? "outside the mask" : `${statistic.symbol} = ${formatNumber(value)}`;
  return [what, ` · ${whereOf(view, at)}`];
}
