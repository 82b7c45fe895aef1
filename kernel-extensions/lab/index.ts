import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Widget as LuminoWidget } from "@lumino/widgets";
import { VIEW_MIME } from "../../src/viewer/viewDocument.js";
import type { KernelContext } from "./kernelSource.js";

const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** What JupyterLab shares with its extensions and this one uses. */
export interface Shared {
  readonly Widget: typeof LuminoWidget;
}

/** JupyterLab's application, as far as this extension knows it. */
interface Application {
  readonly docRegistry: {
    addWidgetExtension(
      factory: "Notebook",
      extension: {
        createNew(
          panel: NotebookPanel,
          context: { sessionContext: KernelContext },
        ): { dispose(): void; isDisposed: boolean };
      },
    ): void;
  };
}

interface NotebookPanel {
  readonly content: {
    readonly rendermime: { addFactory(factory: IRenderMime.IRendererFactory, rank?: number): void };
  };
}

/** The extension: renderers for views and plotly figures, in notebooks with their kernel, elsewhere without. */
export function extension({ Widget }: Shared) {
  class OutputRenderer extends Widget implements IRenderMime.IRenderer {
    private shown: { dispose(): void } | undefined;

    constructor(
      private readonly mimeType: string,
      private readonly kernel: KernelContext | undefined,
    ) {
      super();
      this.addClass(mimeType === VIEW_MIME ? "blmm-view-output" : "blmm-plotly-output");
    }

    /** Draws, or says what is wrong. Nothing of the document is ever read as markup. */
    async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
      this.shown?.dispose();
      const data = model.data[this.mimeType];
      const { renderView, renderFigure } = await import("./render.js");
      this.shown =
        this.mimeType === VIEW_MIME
          ? await renderView(this.node, data, this.kernel, model.data["image/png"])
          : await renderFigure(this.node, data);
    }

    override dispose(): void {
      this.shown?.dispose();
      super.dispose();
    }
  }

  const factory = (mimeType: string, kernel?: KernelContext): IRenderMime.IRendererFactory => ({
    // Safe: names are text and figures are data, so an untrusted notebook may draw them.
    safe: true,
    mimeTypes: [mimeType],
    defaultRank: 0,
    createRenderer: () => new OutputRenderer(mimeType, kernel),
  });

  const plugin = {
    id: "@blmm/lab:notebook",
    autoStart: true,
    activate: (app: Application) => {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel, context) => {
          for (const mimeType of [VIEW_MIME, PLOTLY_MIME]) {
            panel.content.rendermime.addFactory(factory(mimeType, context.sessionContext), 0);
          }
          setTimeout(() => import("./render.js").then(({ warmUp }) => warmUp()), 500);
          return { isDisposed: false, dispose: () => undefined };
        },
      });
    },
  };
  const mime = [VIEW_MIME, PLOTLY_MIME].map((mimeType) => ({
    id: `@blmm/lab:${mimeType}`,
    rendererFactory: factory(mimeType),
    rank: 0,
    dataType: "json" as const,
  }));
  return { plugin, mime };
}
