import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { sessionConnected } from "../../notebook/session.js";
import type { JupyterLab } from "./jupyterLab.js";

/** A cell to be: its source, and what it has already put out. */
export interface WrittenCell {
  readonly source: string;
  readonly data?: object;
}

/** A folder for notebooks below the checkout, where the server finds them; git ignores it. */
export class NotebookFolder {
  private readonly folder = path.join("study", `lab-test-${process.pid}`);

  constructor(private readonly root: string) {
    mkdirSync(path.join(root, this.folder), { recursive: true });
  }

  file(name: string): string {
    return path.join(this.root, this.folder, name);
  }

  /** Writes a notebook; returns its path from the checkout, as addresses have it. */
  write(name: string, cells: readonly WrittenCell[]): string {
    const notebook = {
      cells: cells.map(({ source, data }, k) => ({
        cell_type: "code",
        execution_count: null,
        id: `cell-${k}`,
        metadata: {},
        source,
        outputs: data === undefined ? [] : [{ output_type: "display_data", metadata: {}, data }],
      })),
      metadata: { kernelspec: { name: "blmm", display_name: "BLMM", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    writeFileSync(this.file(name), JSON.stringify(notebook));
    return path.posix.join(...this.folder.split(path.sep), name);
  }

  remove(): void {
    rmSync(path.join(this.root, this.folder), { recursive: true, force: true });
  }
}

/** What a test asks of a canvas. */
export interface Colors {
  /** Shares of the pixels. */
  readonly red: number;
  readonly blue: number;
  /** Neither paper nor transparent. */
  readonly drawn: number;
}

/** A notebook in JupyterLab, in a headless browser. */
export class NotebookPage {
  /** Errors that the page threw. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  static async open(
    lab: JupyterLab,
    browser: Browser,
    notebook: string,
    height = 3000,
  ): Promise<NotebookPage> {
    const page = await (await browser.newContext({ viewport: { width: 1400, height } })).newPage();
    page.setDefaultTimeout(120_000);
    // How many WebGL contexts are made, by whom: counted before any script of the page runs.
    await page.addInitScript(() => {
      const counted = window as unknown as { contexts: HTMLCanvasElement[] };
      counted.contexts = [];
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (
        this: HTMLCanvasElement,
        kind: string,
        ...rest: unknown[]
      ) {
        const context = (getContext as (...args: unknown[]) => unknown).call(this, kind, ...rest);
        if (/^(experimental-)?webgl/.test(kind) && context !== null && !counted.contexts.includes(this))
          counted.contexts.push(this);
        return context;
      } as typeof getContext;
    });
    const opened = new NotebookPage(page);
    await page.goto(lab.address(notebook));
    await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 120_000 });
    await sessionConnected(lab.address(notebook));
    return opened;
  }

  /** A view: that of the k-th output that has one. */
  view(k = 0): LiveView {
    return new LiveView(this.page, this.page.locator(".blmm-view-output").nth(k));
  }

  cell(k: number): Locator {
    return this.page.locator(".jp-Notebook .jp-CodeCell").nth(k);
  }

  /** Runs a cell; does not wait for its end. */
  async run(k: number): Promise<void> {
    const prompt = this.cell(k).locator(".jp-InputPrompt");
    const before = await prompt.textContent();
    for (let tries = 0; tries < 5; tries++) {
      await this.cell(k).locator(".cm-content").click();
      await this.page.keyboard.press("Control+Enter");
      for (let wait = 0; wait < 40; wait++) {
        if ((await prompt.textContent()) !== before) return;
        await this.page.waitForTimeout(50);
      }
    }
    throw new Error(`cell ${k} does not run; JupyterLab asks: ${await this.asked()}`);
  }

  /** Runs all cells; does not wait for their end. */
  async runAll(): Promise<void> {
    await this.menu("Run", "Run All Cells");
    await this.cell(0)
      .locator(".jp-InputPrompt")
      .filter({ hasText: /\[[\d*]+\]/ })
      .waitFor({ timeout: 20_000 })
      .catch(async () => {
        throw new Error(`no cell runs; JupyterLab asks: ${await this.asked()}`);
      });
  }

  /** What a dialog over the page asks. */
  private async asked(): Promise<string> {
    return (await this.page.locator(".jp-Dialog").allTextContents()).join() || "nothing";
  }

  /** Runs a cell and waits for its end. */
  async runToEnd(k: number): Promise<void> {
    await this.run(k);
    await this.ended(k);
  }

  async ended(k: number): Promise<void> {
    const prompt = this.cell(k).locator(".jp-InputPrompt");
    await prompt.filter({ hasText: /\[\d+\]/ }).waitFor({ timeout: 240_000 });
  }

  async menu(menu: string, item: RegExp | string): Promise<void> {
    await this.page.click(`.lm-MenuBar-itemLabel >> text=${menu}`);
    const label = this.page.locator(".lm-Menu-itemLabel");
    await label
      .filter({ hasText: typeof item === "string" ? new RegExp(`^${item}$`) : item })
      .first()
      .click();
  }

  async restart(): Promise<void> {
    await this.menu("Kernel", /^Restart Kernel…$/);
    await this.page.click(".jp-Dialog .jp-mod-accept");
  }

  /** Replaces the text of a cell. */
  async type(k: number, text: string): Promise<void> {
    await this.cell(k).locator(".cm-content").click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  /** Brings a cell into sight, of which a long notebook holds only those about; returns its view. */
  async scrollTo(k: number, seconds = 120): Promise<LiveView> {
    const cell = this.page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${k}"]`);
    const view = new LiveView(this.page, cell);
    const until = Date.now() + 1000 * seconds;
    while ((await view.canvas.count()) === 0) {
      // A cell that is held may still be making its view: to scroll on would take it away again.
      const shown = await this.page
        .locator(".jp-Notebook .jp-Cell[data-windowed-list-index]")
        .evaluateAll((cells, wanted) => {
          const index = (one: Element) => Number(one.getAttribute("data-windowed-list-index"));
          cells.find((one) => index(one) === wanted)?.scrollIntoView({ block: "center" });
          return cells.map(index);
        }, k);
      if (Date.now() > until) throw new Error(`cell ${k} has no picture; the page holds cells ${shown}`);
      if (!shown.includes(k)) {
        await this.page.mouse.move(700, 700);
        await this.page.mouse.wheel(0, k < Math.min(...shown) ? -700 : 700);
      }
      await this.page.waitForTimeout(50);
    }
    await view.canvas.scrollIntoViewIfNeeded();
    return view;
  }

  /** Takes the WebGL context away, as a browser or driver may, and gives it back. */
  async loseContext(): Promise<void> {
    await this.page.evaluate(async () => {
      const [canvas] = (window as unknown as { contexts: HTMLCanvasElement[] }).contexts;
      const lost = canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context");
      lost?.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 300));
      lost?.restoreContext();
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.waitForSelector(".jp-mod-current.jp-mod-dirty", { state: "detached" });
  }

  /** WebGL contexts that this page has made. */
  contexts(): Promise<number> {
    return this.page.evaluate(() => (window as unknown as { contexts: unknown[] }).contexts.length);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** One view of the page: what a person sees of it and does with it. */
export class LiveView {
  constructor(
    private readonly page: Page,
    readonly root: Locator,
  ) {}

  get canvas(): Locator {
    return this.root.locator(".bv-picture canvas");
  }

  /** What the picture shows, in words; waits for the first picture. */
  async words(): Promise<string> {
    await this.root.locator(".bv-picture canvas[aria-label]").waitFor();
    return (await this.canvas.getAttribute("aria-label")) ?? "";
  }

  /** Waits until the picture says that it shows this. */
  async shows(what: string | RegExp, seconds = 60): Promise<void> {
    const until = Date.now() + 1000 * seconds;
    for (;;) {
      const words = await this.words();
      if (typeof what === "string" ? words.includes(what) : what.test(words)) return;
      if (Date.now() > until) throw new Error(`the picture shows ${JSON.stringify(words)}, not ${what}`);
      await this.page.waitForTimeout(20);
    }
  }

  choose(label: string, option: string): Promise<unknown> {
    return this.root
      .locator(`label:has(> .bv-legend:text-is("${label}")) select`)
      .selectOption({ label: option });
  }

  /** Presses one of several buttons in a group, such as a contrast. */
  press(name: string): Promise<void> {
    return this.root
      .locator(".bv-pills, .bv-even")
      .getByRole("button", { name, exact: true })
      .first()
      .click();
  }

  /** Waits until one of several buttons is the one that is pressed. */
  pressed(name: string): Promise<void> {
    return this.root.locator(`button[aria-pressed=true]`).filter({ hasText: name }).first().waitFor();
  }

  async type(contrast: string): Promise<void> {
    await this.root.locator(".bv-ask input").fill(contrast);
    await this.root.locator(".bv-ask input").press("Enter");
  }

  /** Picks the largest value that is shown. */
  peak(): Promise<void> {
    return this.root.locator(".bv-actions button").first().click();
  }

  /** Sets the threshold by its number. */
  async threshold(value: number): Promise<void> {
    const field = this.root.locator("fieldset:has(.bv-slider[aria-label^=Threshold]) input[type=number]");
    await field.first().fill(`${value}`);
    await field.first().press("Enter");
  }

  async pick(vertex: number, hemisphere?: "lh" | "rh"): Promise<void> {
    const card = this.root.locator(".bv-card");
    await card.waitFor();
    const side = { lh: "Left hemisphere", rh: "Right hemisphere" }[hemisphere ?? "lh"];
    if (hemisphere !== undefined && !(await card.getAttribute("aria-label"))?.endsWith(side)) {
      await card.getByLabel("Hemisphere of the vertex").selectOption(hemisphere);
      await this.root.locator(`.bv-card[aria-label$="${side}"]`).waitFor();
    }
    const label = `Vertex ${vertex},`;
    // A card that is drawn again meanwhile forgets what was typed.
    for (let tries = 0; tries < 20 && !(await card.getAttribute("aria-label"))?.startsWith(label); tries++) {
      await card.locator("header input[type=number]").fill(`${vertex}`);
      await card.locator("header input[type=number]").press("Enter");
      await this.root
        .locator(`.bv-card[aria-label^="${label}"]`)
        .waitFor({ timeout: 2000 })
        .catch(() => undefined);
    }
    await this.root.locator(`.bv-card[aria-label^="${label}"]`).waitFor({ timeout: 10_000 });
  }

  /** The numbers of a contrast as the card shows them, by column. */
  async row(contrast: string): Promise<Record<string, string>> {
    const table = this.root.locator(".bv-card table").first();
    const head = this.page.getByRole("rowheader", { name: contrast, exact: true });
    const row = table.locator("tbody tr").filter({ has: head });
    await row.waitFor();
    const heads = await table.locator("thead th").allTextContents();
    const cells = await row.locator("th, td").allTextContents();
    return Object.fromEntries(heads.map((head, k) => [head, cells[k]]));
  }

  /** The picture as it stands, at half its size. */
  async png(): Promise<Uint8Array> {
    const url = await this.canvas.evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const half = document.createElement("canvas");
      [half.width, half.height] = [width >> 1, height >> 1];
      half.getContext("2d")?.drawImage(canvas as HTMLCanvasElement, 0, 0, half.width, half.height);
      return half.toDataURL("image/png");
    });
    return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  }

  /** How much of the picture is red, blue, drawn at all. */
  colors(): Promise<Colors> {
    return this.canvas.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { width, height } = canvas;
      const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      let [red, blue, drawn] = [0, 0, 0];
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, a] = data.subarray(i, i + 4);
        if (r - b > 60) red++;
        if (b - r > 60) blue++;
        if (a > 0 && Math.min(r, g, b) < 235) drawn++;
      }
      const all = width * height;
      return { red: red / all, blue: blue / all, drawn: drawn / all };
    });
  }
}
