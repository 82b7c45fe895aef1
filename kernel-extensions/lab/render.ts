import { embeddedSource, folderSource } from "../../src/viewer/browser/blockSources.js";
import { showMessage } from "../../src/viewer/browser/showMessage.js";
import { Viewer } from "../../src/viewer/browser/viewer.js";
import type { DrawFigure } from "../../src/viewer/browser/viewerOptions.js";
import { warmUp as warmUpRenderer } from "../../src/viewer/browser/warmUp.js";
import { readViewDocument } from "../../src/viewer/readViewDocument.js";
import type { Figure } from "../../src/viewer/vertexFigure.js";
import { type KernelContext, KernelLine, kernelSource } from "./kernelSource.js";
import { tracesOf } from "./plotlyTraces.js";
import { summaryElement } from "./summary.js";

const drawFigure: DrawFigure = async (element, figure) =>
  (await import("../../src/page/browser/charts.js")).drawFigure(element, figure);

/** Makes the context ready while nobody waits: with software GL its first use takes most of a second. */
export function warmUp(): void {
  try {
    warmUpRenderer();
  } catch {
    // A browser without WebGL2 is told so where a view would stand.
  }
}

/** A view in a cell's output. */
export async function renderView(
  element: HTMLElement,
  data: unknown,
  kernel: KernelContext | undefined,
  png: unknown,
) {
  try {
    const view = readViewDocument(data);
    const line = new KernelLine(kernel, view.id ?? "");
    const { digest, faces, folding, surfaces } = view.geometry;
    const ours = new Set(
      [
        ...Object.values(faces),
        ...Object.values(folding),
        ...surfaces.flatMap(({ shape }) => Object.values(shape)),
      ].map(({ id }) => id),
    );
    const files = folderSource(new URL(`./geometry/${digest}/`, import.meta.url));
    const source = kernelSource(
      embeddedSource(view),
      (id) => view.blocks?.[id] !== undefined,
      (id) => (ours.has(id) ? files(id) : Promise.reject(new Error("not a surface"))),
      line,
    );
    element.style.height = "auto";
    const host = document.createElement("div");
    element.replaceChildren(...(view.summary === undefined ? [] : [summaryElement(view.summary)]), host);
    host.addEventListener("keydown", takeNumber);
    const viewer = await Viewer.mount(host, view, {
      source,
      drawFigure,
      wheelZooms: false,
      copy: { label: "Copy code", text: (shown) => codeOf(shown) },
      local: (id) => view.blocks?.[id] !== undefined || ours.has(id),
      kernel: line,
      askContrast: async (design, contrast, statistic, before) => {
        const { data } = await line.ask({ design, contrast, statistic }, (part) =>
          before(part.data.volumes ?? []),
        );
        return data.volumes ?? [];
      },
      vertexNumbers: async (design, hemisphere, vertex) => {
        const { numbers } = (await line.ask({ design, hemisphere, vertex, want: "numbers" })).data;
        if (numbers === undefined) throw new Error("The kernel sent no numbers.");
        return numbers;
      },
      vertexFigures: async (design, hemisphere, vertex) =>
        (await line.ask({ design, hemisphere, vertex, want: "figures" })).data.figures ?? [],
    });
    if (viewer === undefined) addPicture(element, png);
    return {
      dispose: () => {
        viewer?.dispose();
        line.dispose();
      },
    };
  } catch (error) {
    showMessage(element, error);
    addPicture(element, png);
    return { dispose: () => undefined };
  }
}

/** JupyterLab keeps Enter from fields, by which a browser takes what was typed: leaving the field does the same. */
function takeNumber({ key, target }: KeyboardEvent): void {
  if (key !== "Enter" || !(target instanceof HTMLInputElement) || target.type !== "number") return;
  target.blur();
  target.focus();
}

/** Under a message: the picture that the cell left for readers without the viewer. */
function addPicture(element: HTMLElement, png: unknown): void {
  if (typeof png !== "string") return;
  const image = document.createElement("img");
  image.src = `data:image/png;base64,${png}`;
  image.alt = "The view as the cell left it";
  image.style.maxWidth = "100%";
  element.append(image);
}

/** The cell that shows this state. */
function codeOf({ state, view }: Viewer): string {
  const options: string[] = [`statistic: ${JSON.stringify(state.statistic)}`];
  if (state.volume !== state.statistic) options.push(`contrast: ${JSON.stringify(state.volume)}`);
  if (state.threshold !== undefined) options.push(`threshold: ${Number(state.threshold.toPrecision(4))}`);
  if (state.high !== undefined) options.push(`range: ${Number(state.high.toPrecision(4))}`);
  const surface = view.geometry.surfaces[Math.round(state.surface)]?.name;
  if (surface !== undefined && surface !== "inflated") options.push(`surface: ${JSON.stringify(surface)}`);
  if (state.view !== "overview") options.push(`view: ${JSON.stringify(state.view)}`);
  if (state.side !== "both") options.push(`hemisphere: ${JSON.stringify(state.side)}`);
  if (state.colorMap !== undefined) options.push(`colors: ${JSON.stringify(state.colorMap)}`);
  return `view(results, { ${options.join(", ")} })`;
}

/** A plotly figure in a cell's output. */
export async function renderFigure(element: HTMLElement, data: unknown) {
  const host = document.createElement("div");
  element.replaceChildren(host);
  const figure = data as Partial<Figure> | undefined;
  const charts = await import("../../src/page/browser/charts.js");
  let width = 0;
  // An output is drawn before it has its place, and its place changes.
  const observer = new ResizeObserver(() => {
    if (host.clientWidth === width || host.clientWidth === 0) return;
    width = host.clientWidth;
    if (host.classList.contains("js-plotly-plot")) charts.resize(host);
  });
  try {
    if (!Array.isArray(figure?.data))
      throw new Error("Found no list of traces; expected a plotly figure { data, layout }.");
    const types = figure.data.map(({ type = "scatter" }: { type?: string }) => type);
    for (const trace of await tracesOf(types)) charts.register(trace);
    await charts.drawFigure(host, { data: figure.data, layout: figure.layout ?? {} });
    width = host.clientWidth;
    observer.observe(element);
  } catch (error) {
    showMessage(element, error);
  }
  return {
    dispose: () => {
      observer.disconnect();
      charts.purge(host);
    },
  };
}
