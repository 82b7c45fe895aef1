import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fit, oneVertex, openResults, openStudy, type Results, view } from "../../src/index.js";
import type { SentView } from "../../src/view/sentView.js";
import { typedContrast } from "../../src/view/typedContrast.js";
import { answer } from "../../src/view/viewThread.js";
import { readBlock } from "../../src/viewer/blocks.js";
import type { Block } from "../../src/viewer/viewDocument.js";
import type { ViewReply, ViewRequest } from "../../src/viewer/viewProtocol.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let pair: { lh: Results; rh: Results };

/** What a page and a kernel say to one another, in one process. */
class Page {
  readonly replies: ViewReply[] = [];
  readonly buffers: (readonly Uint8Array[])[] = [];
  closed = false;
  onMessage: ((data: ViewRequest) => unknown) | undefined;
  private count = 0;

  send(data: ViewReply, buffers: readonly Uint8Array[] = []): void {
    this.replies.push(data);
    this.buffers.push(buffers);
  }

  close(): void {
    this.closed = true;
  }

  async ask(question: object): Promise<ViewReply> {
    const request = ++this.count;
    await this.onMessage?.({ request, ...question } as ViewRequest);
    const reply = this.replies.find((one) => one.request === request);
    if (reply === undefined) throw new Error("no reply");
    return reply;
  }
}

type Open = (comm: Page, data: { view: string }) => unknown;
let open: Open | undefined;

/** A kernel whose thread is this one: what is posted is cloned all the same. */
const kernel = {
  commThread: (file: string, targets: readonly string[]) => {
    expect(path.basename(file)).toBe("viewThread.js");
    expect(targets).toEqual(["blmm.view"]);
    return thread;
  },
};
const take = answer({
  onComm: (_, handler) => {
    open = handler as unknown as Open;
  },
});
const thread = { post: (message: unknown) => take(structuredClone(message) as SentView) };
const KERNEL = Symbol.for("blmm.kernel");

/** Shows results in a cell and opens the page's channel to it. */
async function shown(what: Parameters<typeof view>[0]): Promise<Page> {
  const bundle = await view(what, { unit: "% BOLD" }).toMimeBundle();
  const { id } = bundle["application/vnd.blmm.view+json"] as { id: string };
  const page = new Page();
  await open?.(page, { view: id });
  return page;
}

beforeAll(async () => {
  (globalThis as Record<symbol, unknown>)[KERNEL] = kernel;
  await simulatedStudy(place, 60, 1);
  const fitted = async (side: string) => fit(await openStudy(place.file(`${side}_des2.yml`)));
  pair = { lh: await fitted("lh"), rh: await fitted("rh") };
});
afterAll(() => {
  delete (globalThis as Record<symbol, unknown>)[KERNEL];
  place.remove();
});

describe("a view answers its page", () => {
  test("with ready, and closes the channel of a view that it does not know", async () => {
    const page = await shown(pair);
    expect(page.replies[0]).toEqual({ ready: true });
    const other = new Page();
    await open?.(other, { view: "of an earlier kernel" });
    expect(other.closed).toBe(true);
  });

  test("with the bytes of a map that the notebook did not keep", async () => {
    const page = await shown(pair);
    await page.ask({ block: "des2.lh.sigma2.0" });
    const block: Block = { id: "x", type: "float32", length: pair.lh.verticesInMask };
    const values = await readBlock(block, async () => page.buffers[1][0]);
    expect(values).toEqual(Float32Array.from(pair.lh.sigma2.filter((value) => !Number.isNaN(value))));
    expect((await page.ask({ block: "nothing" })).error).toContain("no map nothing");
  });

  test("with a typed contrast that is the fit's own at every float32, of both hemispheres", async () => {
    const page = await shown(pair);
    const { volumes = [] } = await page.ask({ design: "des2", contrast: "Sex" });
    for (const statistic of ["conT", "conT_swedf", "conTlp2"]) {
      for (const side of ["lh", "rh"] as const) {
        const block = volumes.find((one) => one.statistic === statistic)?.volume.values[side];
        if (block === undefined) throw new Error(`no ${statistic} of ${side}`);
        await page.ask({ block: block.id });
        const values = await readBlock(block, async () => page.buffers[page.buffers.length - 1][0]);
        const own = pair[side]
          .map(statistic)
          .volume("Sex")
          .filter((value) => !Number.isNaN(value));
        expect(values).toEqual(Float32Array.from(own));
      }
    }
    const rows = await page.ask({ design: "des2", contrast: "Sex; NIHScore" });
    expect(rows.volumes?.find((one) => one.statistic === "conF")?.about?.symbol).toBe("F");
    expect((await page.ask({ design: "des2", contrast: "Sexx" })).error).toMatch(/Sexx.*Sex/);
  });

  test("with the map that is shown next before the rest of a typed contrast, every bit the same", async () => {
    const page = await shown([pair, pair]);
    for (const [contrast, statistic, first] of [
      ["0.5*Sex + NIHScore", "conT", "conT"],
      ["0.5*Sex + NIHScore", "con", "con"],
      ["Sex; NIHScore", "conT", "conF"],
      ["2*Sex", "sigma2", "conT"],
    ]) {
      page.replies.length = 0;
      page.buffers.length = 0;
      await page.ask({ design: "des2", contrast, statistic });
      const [soon, rest] = page.replies;
      expect(page.replies).toHaveLength(2);
      expect(soon).toMatchObject({ request: rest.request, more: true });
      expect(rest.more).toBeUndefined();
      expect(soon.volumes?.map((one) => [one.design, one.statistic])).toEqual([["des2", first]]);
      const again = rest.volumes?.find((one) => one.design === "des2" && one.statistic === first);
      expect(again?.volume).toEqual(soon.volumes?.[0].volume);
      expect(again?.about).toEqual(soon.volumes?.[0].about);
      expect(page.buffers[0]).toHaveLength(2);
      expect(page.buffers[1]).toEqual(page.buffers[0]);
    }
    for (const [contrast, statistic] of [
      ["Sex", "conTlp2"],
      ["Sex; NIHScore", "conR2"],
    ]) {
      page.replies.length = 0;
      await page.ask({ design: "des2", contrast, statistic });
      expect(page.replies.map(({ more }) => more)).toEqual([undefined]);
    }
  });

  test("with every number of a vertex, typed contrasts too", async () => {
    const page = await shown(pair);
    await page.ask({ design: "des2", contrast: "2*Sex" });
    const vertex = pair.lh.mask.indexOf(1) + 3;
    const { numbers } = await page.ask({ design: "des2", hemisphere: "lh", vertex, want: "numbers" });
    const T = pair.lh.map("conT");
    expect(numbers?.contrasts.map(({ label }) => label)).toEqual([...T.labels, "2*Sex"]);
    const sex = numbers?.contrasts.find(({ label }) => label === "Sex");
    expect(sex?.T).toBe(Math.fround(T.volume("Sex")[vertex]));
    const doubled = numbers?.contrasts.find(({ label }) => label === "2*Sex");
    expect(doubled?.T).toBeCloseTo(sex?.T ?? 0, 4);
    expect(doubled?.estimate).toBeCloseTo(2 * (sex?.estimate ?? 0), 6);
    expect(numbers?.numbers.find(({ symbol }) => symbol === "D11")?.value).toBe(
      Math.fround(pair.lh.map("D").volume("D11")[vertex]),
    );
  });

  test("with charts from the images: BLUPs and residuals are those of the model", async () => {
    // From the directory, as another day's notebook opens it.
    const opened = await openResults(pair.lh.directory ?? "");
    const page = await shown(opened);
    const vertex = pair.lh.mask.indexOf(1) + 3;
    const { figures = [], error } = await page.ask({
      design: "des2",
      hemisphere: "lh",
      vertex,
      want: "figures",
    });
    expect(error).toBeUndefined();
    expect(figures).toHaveLength(3);
    const cloud = figures[1].data[0] as { x: number[]; y: number[]; text: string[] };
    const study = await openStudy(place.file("lh_des2.yml"));
    const one = await oneVertex(study, vertex);
    const D = pair.lh.map("D");
    const found = one.effects(one.at(D.labels.map((label) => Math.fround(D.volume(label)[vertex]))));
    expect(cloud.text).toHaveLength(found.length);
    for (const { subject, effects } of found) {
      const at = cloud.text.indexOf(subject);
      expect([cloud.x[at], cloud.y[at]]).toEqual(Object.values(effects));
    }
    // Conditional residuals have less variance than the whole, and a mean near 0.
    const residuals = (figures[2].data[0] as { x: number[] }).x;
    expect(residuals).toHaveLength(one.n);
    const outside = pair.lh.mask.indexOf(0);
    const refused = await page.ask({ design: "des2", hemisphere: "lh", vertex: outside, want: "figures" });
    if (outside >= 0) expect(refused.error).toContain("outside the mask");
  });
});

test("a typed contrast is an expression, a vector, or several of either", () => {
  expect(typedContrast(" 0.5*Sex − NIHScore ")).toBe("0.5*Sex - NIHScore");
  expect(typedContrast("[0, 1, −1]")).toEqual([0, 1, -1]);
  expect(typedContrast("0 1 0")).toEqual([0, 1, 0]);
  expect(typedContrast("Sex; NIHScore")).toEqual(["Sex", "NIHScore"]);
  expect(typedContrast("[[0, 1], [1, 0]]")).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(() => typedContrast("[[0, 1], [1, x]]")).toThrow(/rows of numbers/);
});
