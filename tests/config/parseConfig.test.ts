import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig, parseConfig } from "../../src/config/index";

const folder = path.resolve(import.meta.dirname, "../../data-samples/nback");

test("a configuration from a string is that of the file, and no file is written", async () => {
  const config = await loadConfig(path.join(folder, "lh_des1.yml"));
  const before = readdirSync(folder);
  const parsed = await parseConfig(config.text, folder);
  expect(readdirSync(folder)).toEqual(before);
  const plain = ({ file, lineOf, ...rest }: typeof config) => rest;
  expect(plain(parsed)).toEqual(plain(config));
  expect(parsed.missingness).toEqual({ minPercent: 0.5, minN: 0 });
});

test("mistakes name the line; an unknown key is noted in text and in HTML", async () => {
  const { text } = await loadConfig(path.join(folder, "lh_des1.yml"));
  await expect(parseConfig(text.replace("X.csv", "Xs.csv"), folder)).rejects.toThrow(
    /blmm_inputs\.yml, X, line 2: no file "des1\/Xs\.csv"/,
  );
  const odd = await parseConfig(text.replace("Missingness", "Missingnes"), folder);
  for (const shown of [odd.toString(), odd.toHTML()])
    expect(shown).toMatch(/Missingnes.*is ignored.*Missingness/);
  expect(odd.missingness).toEqual({ minPercent: 0, minN: 0 });
});
