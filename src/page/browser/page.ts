import { gunzip } from "../../viewer/blocks.js";
import { embeddedSource, folderSource } from "../../viewer/browser/blockSources.js";
import { showMessage } from "../../viewer/browser/showMessage.js";
import { Viewer } from "../../viewer/browser/viewer.js";
import type { DrawFigure } from "../../viewer/browser/viewerOptions.js";
import { readViewDocument } from "../../viewer/readViewDocument.js";
import type { Figure } from "../../viewer/vertexFigure.js";

declare global {
  interface Window {
    blmmViewer?: Viewer | undefined;
    blmmCharts?: { drawFigure: (element: HTMLElement, figure: Figure) => Promise<void> };
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const folder = script?.dataset.view;
const element = document.getElementById("view") ?? document.body;

async function start(): Promise<void> {
  const base = folder === undefined ? undefined : new URL(folder, location.href);
  const view = readViewDocument(
    base === undefined
      ? JSON.parse(document.getElementById("document")?.textContent ?? "{}")
      : await (await fetch(base)).json(),
  );
  const source = base === undefined ? embeddedSource(view) : folderSource(new URL("blocks/", base));
  let charts: Promise<void> | undefined;
  const drawFigure: DrawFigure = async (host, figure) => {
    charts ??= source("charts").then(gunzip).then(runScript);
    await charts;
    await window.blmmCharts?.drawFigure(host, figure);
  };
  const viewer = await Viewer.mount(element, view, {
    source,
    drawFigure,
    wheelZooms: true,
    othersUsable: true,
    link: location.hash.slice(1),
    onLink: (link) =>
      history.replaceState(null, "", link === "" ? location.pathname + location.search : `#${link}`),
  });
  window.blmmViewer = viewer;
}

start().catch((error: unknown) => showMessage(element, error));

/** plotly is a third of the page: it is unpacked and run when the first chart is drawn. */
async function runScript(bytes: Uint8Array): Promise<void> {
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "text/javascript" }));
  const element = document.createElement("script");
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error("plotly did not run"));
    element.src = url;
    document.head.append(element);
  });
  URL.revokeObjectURL(url);
}
