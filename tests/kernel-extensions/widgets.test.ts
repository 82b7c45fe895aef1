import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JupyterServer, startServer } from "../../src/notebook/jupyterServer.js";
import { findChromium, notebookText } from "../notebook/notebooks.js";
import { JupyterLab } from "../start/jupyterLab.js";
import { Workspace } from "../workspace.js";

const MINUTES = 60_000;
const place = new Workspace();
let server: JupyterServer;
beforeAll(async () => {
  server = await startServer(place.folder);
}, 3 * MINUTES);
afterAll(async () => {
  await server?.stop();
  place.remove();
}, 2 * MINUTES);

/** Opens a notebook of these cells in JupyterLab and runs all of them. */
async function runAll(name: string, cells: readonly string[]): Promise<JupyterLab> {
  place.write(name, notebookText(cells));
  const lab = await JupyterLab.open(`${server.url}lab/tree/${name}?token=${server.token}`);
  await lab.menu("Run", "Run All Cells");
  return lab;
}

/** A widget's model as the front end of ipywidgets expects it, and its view. */
const MODELS = `
type State = Record<string, unknown>;
const version = { version: '2.1.0' };
const model = (state: State, buffers: Uint8Array[] = [], paths: string[][] = []) =>
  kernel.comm('jupyter.widget').open({ state, buffer_paths: paths }, buffers, version);
const named = (module: string, of: string, name: string, view: string): State => ({
  _model_module: module, _model_module_version: of, _model_name: name,
  _view_module: module, _view_module_version: of, _view_name: view });
const layout = model(named('@jupyter-widgets/base', '2.0.0', 'LayoutModel', 'LayoutView'));
const view = (id: string) => { kernel.displayBundle({ 'text/plain': 'a widget',
  'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: id } }); };
0`;

const SLIDER = `
const style = model({ ...named('@jupyter-widgets/controls', '2.0.0', 'SliderStyleModel', 'StyleView'),
  _view_module: '@jupyter-widgets/base' });
const slider = model({ ...named('@jupyter-widgets/controls', '2.0.0', 'IntSliderModel', 'IntSliderView'),
  layout: 'IPY_MODEL_' + layout.id, style: 'IPY_MODEL_' + style.id, value: 3, min: 0, max: 100, step: 1,
  orientation: 'horizontal', readout: true, readout_format: 'd', continuous_update: true, description: 'x', disabled: false });
const values: number[] = [];
slider.onMessage = (message) => {
  const { method, state } = message as { method: string; state?: { value?: number } };
  if (method === 'update' && state?.value !== undefined) values.push(state.value);
};
view(slider.id);`;

const SLIDER_MOVED = `
for (let k = 0; k < 600 && values.at(-1) !== 15; k++) await new Promise((r) => setTimeout(r, 100));
kernel.displayBundle({ 'text/html': '<b>before the view</b>' });
view(slider.id);
'moved to ' + values.at(-1)`;

const ANYWIDGET_MODULE = `
export default { render({ model, el }) {
  const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  const button = document.createElement("button");
  button.className = "anywidget-of-the-test";
  button.textContent = "sum " + floats(model.get("data")).reduce((a, b) => a + b, 0);
  button.onclick = () => model.send({ kind: "click" }, undefined, [new Float32Array([1, 2, 3.5]).buffer]);
  model.on("msg:custom", (message, buffers) => {
    button.textContent = "total " + message.total + ", back " + floats(buffers[0])[0];
  });
  el.append(button);
} }`;

const ANYWIDGET = `
const data = new Uint8Array(new Float32Array([0.5, 1.5, 40]).buffer);
const widget = model({ ...named('anywidget', '~0.11.0', 'AnyModel', 'AnyView'), _view_count: null,
  layout: 'IPY_MODEL_' + layout.id, _anywidget_id: 'of-the-test', _esm: ${JSON.stringify(ANYWIDGET_MODULE)} }, [data], [['data']]);
widget.onMessage = (message, buffers) => {
  if ((message as { method: string }).method !== 'custom') return;
  const total = new Float32Array(new Uint8Array(buffers[0]).buffer).reduce((a, b) => a + b, 0);
  widget.send({ method: 'custom', content: { total } }, [new Uint8Array(new Float32Array([9.25]).buffer)]);
};
kernel.displayBundle({ 'text/html': '<b>before</b>' });
view(widget.id);`;

describe.skipIf(findChromium() === undefined)("widgets in the browser", () => {
  test("a slider of ipywidgets moves while a cell waits; what that cell then shows is on the page", {
    timeout: 6 * MINUTES,
  }, async () => {
    const lab = await runAll("slider.ipynb", [MODELS, SLIDER, SLIDER_MOVED]);
    try {
      const handle = await lab.page.waitForSelector(".noUi-handle");
      await lab.until(async () => (await lab.cells())[2].prompt === "[*]:");
      await handle.focus();
      for (let k = 0; k < 12; k++) {
        await lab.page.keyboard.press("ArrowRight");
        await lab.page.waitForTimeout(50);
      }
      await lab.idle();
      await lab.until(async () => (await lab.page.$$(".noUi-handle")).length === 2);
      const shown = (await lab.cells())[2].text;
      expect(shown).toContain("before the view");
      expect(shown).toContain("'moved to 15'");
      await lab.screenshot("widget-slider");
    } finally {
      await lab.close();
    }
  });

  test("an anywidget exchanges binary buffers with the kernel, both ways", {
    timeout: 6 * MINUTES,
  }, async () => {
    const lab = await runAll("anywidget.ipynb", [MODELS, ANYWIDGET]);
    try {
      const button = await lab.page.waitForSelector(".anywidget-of-the-test");
      expect(await button.textContent()).toBe("sum 42");
      expect((await lab.cells())[1].text).toMatch(/^before/);
      await button.click();
      await lab.until(async () => (await button.textContent()) === "total 6.5, back 9.25");
      await lab.screenshot("widget-anywidget");
    } finally {
      await lab.close();
    }
  });
});
