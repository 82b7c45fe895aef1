import { expect, test } from "vitest";
import { fuzz } from "../../scripts/fuzz.mjs";
import { formats } from "./formats.js";

/** Damaged files of each format; always the same ones. */
const MUTANTS = 2000;

test.each(Object.keys(formats))(
  "no damaged %s does more than be refused, with an InputError",
  async (name) => {
    const { [name]: figures } = await fuzz([name], MUTANTS);
    expect(figures).toMatchObject({ tried: MUTANTS, uncaught: [], hangs: [] });
    // Some must have been damaged enough to be refused, and some not at all.
    expect(figures.refused).toBeGreaterThan(MUTANTS / 10);
    expect(figures.refused).toBeLessThan(MUTANTS);
    expect(figures.peak).toBeLessThan(1024);
  },
  900_000,
);
