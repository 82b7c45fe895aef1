import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { writePage } from "../../src/index.js";
import type { ViewDocument } from "../../src/viewer/viewDocument.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
beforeAll(buildPage);
afterAll(() => place.remove());
const values = Float64Array.from({ length: 42 }, (_, v) => v - 20);

describe("writePage", () => {
  test("writes one file that loads nothing and holds every map", async () => {
    const report = await writePage(place.file("map.html"), values, { title: "</script><b>map</b>" });
    const page = readFileSync(place.file("map.html"), "utf8");
    expect(report.toString()).toContain("map.html");
    expect(page).not.toContain("</script><b>map");
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("connect-src 'none'");
    expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)=/);
    const json = /<script type="application\/json" id="document">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
    const document = JSON.parse(json) as ViewDocument;
    expect(document.title).toBe("</script><b>map</b>");
    expect(document.id).toBeUndefined();
    for (const { values: blocks } of document.designs[0].statistics[0].volumes)
      for (const { id } of Object.values(blocks)) expect(page).toContain(`id="block-${id}"`);
  });

  test("writes a folder with a JSON of labels, color maps and thresholds, and replaces an earlier page", async () => {
    const folder = place.file("page");
    await writePage(folder, values);
    await writePage(folder, values, { title: "again" });
    const document = JSON.parse(readFileSync(`${folder}/view.json`, "utf8")) as ViewDocument;
    expect(document.title).toBe("again");
    expect(document.designs[0].statistics[0].colorMap).toBe("blue-red");
    expect(existsSync(`${folder}/index.html`)).toBe(true);
    expect(readdirSync(place.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("leaves a folder with other things as it is", async () => {
    mkdirSync(place.file("other"));
    writeFileSync(place.file("other/thesis.txt"), "mine");
    await expect(writePage(place.file("other"), values)).rejects.toThrow(
      /a folder with something else in it/,
    );
    expect(readFileSync(place.file("other/thesis.txt"), "utf8")).toBe("mine");
  });
});
