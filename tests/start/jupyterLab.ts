import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium, root } from "../notebook/notebooks.js";
import { sessionConnected } from "../notebook/session.js";

/** A code cell as the page shows it. */
export interface ShownCell {
  /** `[3]:`, `[*]:` while it runs, `[ ]:` before. */
  readonly prompt: string;
  /** The text of its outputs. */
  readonly text: string;
}

/** A notebook in JupyterLab, in headless Chromium. */
export class JupyterLab {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly address: string,
  ) {}

  /** Opens the address of a notebook and waits until its kernel is there. */
  static async open(address: string): Promise<JupyterLab> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error("there is no Chromium");
    const browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-gl=angle",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--ignore-gpu-blocklist",
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    page.setDefaultTimeout(120_000);
    const lab = new JupyterLab(browser, page, address);
    try {
      await page.goto(`${address}&reset`, { waitUntil: "domcontentloaded" });
      await page.waitForSelector(".jp-Notebook .jp-Cell");
      await lab.ready();
      return lab;
    } catch (error) {
      await lab.screenshot("failed-to-open").catch(() => undefined);
      await browser.close();
      throw error;
    }
  }

  async kernelName(): Promise<string> {
    return (await this.page.textContent(".jp-NotebookPanel .jp-Toolbar-kernelName"))?.trim() ?? "";
  }

  async menu(menu: string, item: string): Promise<void> {
    await this.page.click(`.lm-MenuBar-itemLabel:text-is("${menu}")`);
    await this.page.click(`.lm-Menu-itemLabel:text-is("${item}")`);
  }

  cells(): Promise<ShownCell[]> {
    return this.page.evaluate(`[...document.querySelectorAll(".jp-Notebook .jp-CodeCell")].map((cell) => ({
      prompt: cell.querySelector(".jp-InputPrompt")?.textContent ?? "",
      text: [...cell.querySelectorAll(".jp-OutputArea-output")].map((one) => one.textContent.trim()).join("\\n"),
    }))`);
  }

  /** Puts the cursor into a code cell, runs it, and waits. */
  async runCell(index: number): Promise<void> {
    await this.page.click(`.jp-Notebook .jp-CodeCell >> nth=${index} >> .cm-content`);
    await this.page.keyboard.press("Control+Enter");
    await this.page.waitForTimeout(300);
    await this.idle();
  }

  /** Waits until no cell runs; a long notebook's page holds only the cells in view. */
  async idle(seconds = 120): Promise<void> {
    const idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]';
    const running = async () => (await this.cells()).some(({ prompt }) => prompt.includes("*"));
    await this.until(async () => !(await running()) && (await this.page.$(idle)) !== null, seconds);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.waitForSelector(".jp-mod-current.jp-mod-dirty", { state: "detached" });
  }

  async until(condition: () => Promise<boolean>, seconds = 120): Promise<void> {
    for (let tries = 0; tries < 10 * seconds; tries++) {
      if (await condition()) return;
      await this.page.waitForTimeout(100);
    }
    await this.screenshot("waited-in-vain");
    throw new Error(`this did not come: ${condition}; the page shows ${JSON.stringify(await this.cells())}`);
  }

  async restart(): Promise<void> {
    await this.menu("Kernel", "Restart Kernel…");
    await this.page.click(".jp-Dialog .jp-mod-warn");
    await this.page.waitForSelector(".jp-Dialog", { state: "detached" });
    await this.ready();
  }

  /** A picture of the page, kept in .cache/screenshots. */
  async screenshot(name: string): Promise<void> {
    const folder = path.join(root, ".cache", "screenshots");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  private async ready(): Promise<void> {
    await sessionConnected(this.address);
  }
}
