import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { putBack, takeOut } from "../../scripts/gallery/math.mjs";
import { browserFound, launchBrowser } from "../browser";
import { Workspace } from "../workspace";

const root = path.resolve(import.meta.dirname, "../..");
const COPIES = ["student", "teacher"];
const names = readdirSync(path.join(root, "notebooks", "source"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => path.basename(file, ".ts"));

describe("formulas", () => {
  test("are drawn where Markdown would have read them, and code is left alone", () => {
    const formulas: string[] = [];
    const text = takeOut("$$b_i * c_i$$ and $D_{11}$; `$a$`\n```\n\u0024{x} $y$\n```\n", formulas);
    expect(formulas).toHaveLength(2);
    expect(text).toMatch(/^blmm-formula-0- and blmm-formula-1-; `\$a\$`\n```\n\$\{x\} \$y\$\n```\n$/);
    expect(putBack(text, formulas)).toMatch(/class="katex-display"[\s\S]*class="katex"/);
  });

  test("amounts of money are none, and a formula that cannot be read is named", () => {
    expect(takeOut("from $50 to $100", [])).toBe("from $50 to $100");
    expect(() => takeOut("$$\\fraq{1}{2}$$", [])).toThrow(/fraq/);
  });
});

test("a preset that is none is refused with those that there are", () => {
  const { status, stderr } = gallery("--preset", "huge");
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^npm run gallery: --preset huge: expected one of tiny, workshop, abcd\.[\s\S]*Usage/,
  );
});

function gallery(...args: string[]) {
  return spawnSync(process.execPath, [path.join(root, "scripts", "gallery.mjs"), ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, BLMM_STUDY: workspace.file("study"), BLMM_PRESET: undefined },
  });
}

const workspace = new Workspace();
afterAll(() => workspace.remove());

describe.skipIf(!browserFound)("the pages of all notebooks", () => {
  const out = workspace.file("pages");
  let browser: Browser;
  let said: { status: number | null; stdout: string; stderr: string };
  beforeAll(async () => {
    said = gallery("--preset", "tiny", "--out", out);
    browser = await launchBrowser();
  }, 900_000);
  afterAll(() => browser.close());

  /** Opens a page with the network off; every request and every error is a problem. */
  async function open(file: string): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, offline: true });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => problems.push(message.text()));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== pathToFileURL(file).href && !url.startsWith("data:")) problems.push(`asked for ${url}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    return { page, problems };
  }

  /** Every relative link of a page leads to a file. */
  async function brokenLinks(page: Page, file: string): Promise<string[]> {
    const links: string[] = await page.evaluate(
      `[...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"))`,
    );
    return links.filter(
      (link) =>
        !/^(https?:|#)/.test(link) && !existsSync(path.resolve(path.dirname(file), link.replace(/#.*/, ""))),
    );
  }

  test("the command ends well and says where the pages are", () => {
    expect(said.stderr).not.toMatch(/error/i);
    expect(said.status).toBe(0);
    expect(said.stdout).toContain(`Their pages: ${path.join(out, "index.html")}`);
  });

  test("the index lists both copies of every notebook, with its question", async () => {
    const file = path.join(out, "index.html");
    const { page, problems } = await open(file);
    expect(problems).toEqual([]);
    expect(await brokenLinks(page, file)).toEqual([]);
    expect(await page.locator("tbody tr").count()).toBe(names.length);
    expect(await page.locator("tbody a").count()).toBe(2 * names.length);
    expect(await page.textContent("tbody")).toContain("Do children change at different speeds?");
    await page.context().close();
  });

  describe.each(COPIES)("the %s's copy", (copy) => {
    test.each(names)("%s: nothing is asked for, pictures and formulas are drawn", async (name) => {
      const file = path.join(out, copy, `${name}.html`);
      const { page, problems } = await open(file);
      const { cells } = JSON.parse(readFileSync(path.join(out, "notebooks", copy, `${name}.ipynb`), "utf8"));
      expect(problems).toEqual([]);
      expect(await page.locator("script").count()).toBe(0);
      expect(await brokenLinks(page, file)).toEqual([]);

      const pictures = cells.flatMap(({ outputs = [] }: { outputs?: { data?: object }[] }) =>
        outputs.filter(({ data = {} }) => "image/png" in data),
      );
      const colors: number[] = await page.evaluate(COLORS);
      expect(colors).toHaveLength(pictures.length);
      expect(colors.filter((count) => count <= 8)).toEqual([]);

      const prose: string = cells
        .filter(({ cell_type }: { cell_type: string }) => cell_type === "markdown")
        .map(({ source }: { source: string | string[] }) => [source].flat().join(""))
        .join("\n");
      const formulas = page.locator(".katex-display");
      expect(await formulas.count()).toBe((prose.match(/\$\$/g) ?? []).length / 2);
      for (const formula of await formulas.all()) {
        const box = await formula.locator(".katex-html").boundingBox();
        expect(box?.width).toBeGreaterThan(60);
        expect(box?.height).toBeGreaterThan(15);
      }
      if ((await formulas.count()) > 0)
        expect(await page.evaluate(`document.fonts.check("16px KaTeX_Math", "β")`)).toBe(true);
      const text = (await page.textContent("main")) ?? "";
      expect(text).not.toMatch(/blmm-formula-|\$\$|\{\{/);
      expect(text).toMatch(copy === "student" ? /\d\.\d: not done yet/ : /\d\.\d: right/);
      await page.context().close();
    });
  });
});

/** How many colors each picture of a page has. */
const COLORS = `(async () => {
  const counts = [];
  for (const image of document.images) {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    counts.push(new Set(new Uint32Array(data.buffer)).size);
  }
  return counts;
})()`;
