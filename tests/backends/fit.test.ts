import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChooseProducts, chooserFor } from "../../src/backends/chooseProducts.js";
import type { ImageProducts } from "../../src/backends/products.js";
import { referenceProducts } from "../../src/backends/referenceProducts.js";
import { openStudy, Study } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import type { Estimates } from "../../src/solver/estimates.js";
import { type FittedImages, fitStudies } from "../../src/threads/fitImages.js";
import { shareImages } from "../../src/threads/sharedImages.js";
import type { StudyToFit } from "../../src/threads/studyFit.js";
import { addToImages, simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
beforeAll(() => simulatedStudy(place, 80, 2));
afterAll(() => place.remove());

/** Fits with what is chosen for the sums. */
async function fitWith(
  { images, X, factors: [factor], analysisMask, n }: Study,
  choose: ChooseProducts | undefined,
  signal?: AbortSignal,
): Promise<FittedImages> {
  const made: FittedImages[] = [];
  const { level, levels, Z } = factor;
  const study: StudyToFit = {
    design: { X, factor },
    images,
    grouping: { level, levels: levels.length, q: Z.columns.length },
    analysisMask,
    rules: { minimum: Math.ceil(n / 2), safeMode: true },
    maxMemory: 2 ** 28,
    maxIterations: 100,
    information: "observed",
    choose,
  };
  await fitStudies([study], shareImages([images]).groups, {
    threads: 2,
    signal,
    useKernel: true,
    onProgress: () => undefined,
    onFitted: (_, fitted) => made.push(fitted),
  });
  return made[0];
}

/** Fits with the sums of some products, however right these are. */
function fitBy(study: Study, products: Partial<ImageProducts>): Promise<FittedImages> {
  return fitWith(study, async () => ({
    products: { ...referenceProducts, name: "gpu", ranAs: "a test", ...products },
    why: "",
  }));
}

/** The largest differences of two fits, of every kind of number by its own size. */
function differences(a: Estimates, b: Estimates) {
  const relative = (x: ArrayLike<number>, y: ArrayLike<number>) => {
    let largest = 0;
    let worst = 0;
    for (let k = 0; k < x.length; k++) {
      largest = Math.max(largest, Math.abs(y[k]));
      worst = Math.max(worst, Math.abs(x[k] - y[k]));
    }
    return worst / largest;
  };
  let llh = 0;
  a.llh.forEach((value, row) => {
    llh = Math.max(llh, Math.abs(value - b.llh[row]));
  });
  return {
    llh,
    beta: relative(a.beta, b.beta),
    sigma2: relative(a.sigma2, b.sigma2),
    D: relative(a.D, b.D),
    resms: relative(a.resms, b.resms),
    C: relative(a.basisCovariance, b.basisCovariance),
  };
}

/** Two fits from starts that differ by rounding: a thousandth of what their certificates leave open. */
function expectSame(a: Estimates, b: Estimates, share = 1e-3, mean = 1): void {
  expect(a.vertices).toEqual(b.vertices);
  expect(a.status).toEqual(b.status);
  expect(a.imagesDigest).toEqual(b.imagesDigest);
  const { llh, beta, sigma2, D, resms, C } = differences(a, b);
  expect(llh).toBeLessThan(share * 1e-8);
  // An image is known to the last bit of its mean, and so are its residuals.
  expect(resms).toBeLessThan(Math.max(1e-12, Number.EPSILON * mean));
  expect(beta).toBeLessThan(share * 1e-6);
  expect(sigma2).toBeLessThan(share * 1e-5);
  expect(D).toBeLessThan(share * 1e-4);
  expect(C).toBeLessThan(share * 1e-5);
}

describe.each(["lh_des1", "lh_des2"])("a fit of %s", (name) => {
  const study = () => openStudy(place.file(`${name}.yml`));

  test.each(["gpu", "auto", "wasm"] as const)("by %s gives what it gives by default", async (backend) => {
    const plain = await fit(await study(), { outdir: false });
    const other = await fit(await study(), { outdir: false, backend });
    expectSame(other.estimates(), plain.estimates());
    if (backend === "wasm") expect(other.estimates()).toEqual(plain.estimates());
    if (backend === "gpu") {
      expect(other.backend).toMatch(
        /^gpu: GPU\.js in mode \w+, on .*X'Y.* at [\d,]+ vertices in float32; wasm: /,
      );
      expect(`${other}`).toMatch(/GPU\.js in mode/);
      expect(other.info.warnings.filter((line) => line.startsWith("backend"))).toEqual([]);
    }
    if (backend === "auto") expect(other.backend).toMatch(/GPU\.js in mode \w+/);
  });

  test("by gpu gives the same bits on any number of threads and in any part of the memory", async () => {
    const options = { outdir: false, backend: "gpu" } as const;
    const whole = await fit(await study(), { ...options, threads: 1 });
    const opened = await study();
    const config = { ...opened.config, maxMemory: 2 * 4 * opened.n * 64 };
    const parts = await fit(await openStudy(config), { ...options, threads: 2 });
    expect(parts.info.fit.blocks).toBeGreaterThan(2);
    for (const map of whole.maps) expect([map, parts.map(map).data]).toEqual([map, whole.map(map).data]);
  });

  test("products that are off, or no numbers, begin a search and are mended by float64 sums", async () => {
    const opened = await study();
    const plain = (await fitWith(opened, undefined)).estimates;
    const offBy = (share: number): Partial<ImageProducts> => ({
      multiply: async (product) => (await referenceProducts.multiply(product)).map((x) => x * (1 + share)),
      moments: async (product) => (await referenceProducts.moments(product)).map((x) => x * (1 + share)),
    });
    for (const share of [1e-7, 1e-3, 0.3, Number.NaN]) {
      const { estimates, kernel } = await fitBy(opened, offBy(share));
      // A start that is far off ends elsewhere within the certificates.
      expectSame(estimates, plain, share > 1e-6 || Number.isNaN(share) ? 1 : 1e-3);
      expect(kernel.sums?.vertices).toBeGreaterThan(100);
    }
  });

  test("a device that fails on the way is told of, and the kernel goes on", async () => {
    const opened = await study();
    const plain = (await fitWith(opened, undefined)).estimates;
    const { estimates, kernel } = await fitBy(opened, {
      multiply: async () => {
        throw new Error("the device was lost\nat …");
      },
    });
    expect(kernel.notes).toEqual(["gpu stopped on the way: the device was lost; wasm ran from there on"]);
    expect(kernel.sums).toBeUndefined();
    expect(estimates).toEqual(plain);
  });

  test("an interrupt is heard between products", async () => {
    const stop = new AbortController();
    const opened = await study();
    const stopping: ChooseProducts = async () => {
      stop.abort();
      return { products: referenceProducts, why: "" };
    };
    const run = fitWith(opened, stopping, stop.signal);
    await expect(run).rejects.toThrow(/stopped/);
  });
});

test.each(["lh_des1", "lh_des2"])(
  "%s with a mean of 100,000: what float32 loses of it is mended",
  async (name) => {
    const far = new Workspace();
    await simulatedStudy(far, 80, 2);
    addToImages(far, "lh", 1e5);
    const study = () => openStudy(far.file(`${name}.yml`));
    const plain = await fit(await study(), { outdir: false });
    const other = await fit(await study(), { outdir: false, backend: "gpu" });
    expect(other.backend).toMatch(/^gpu: GPU\.js/);
    expectSame(other.estimates(), plain.estimates(), 1, 1e5);
    far.remove();
  },
);

test("GPU.js missing, or failing at its start, is a note in the results, and wasm runs", async () => {
  const opened = await openStudy(place.file("lh_des2.yml"));
  const choose = chooserFor("gpu", async () => {
    throw new Error("Cannot find package 'gpu.js'");
  });
  const { kernel } = await fitWith(opened, choose);
  expect(kernel.notes).toEqual(["gpu did not run: Cannot find package 'gpu.js'"]);
  expect(kernel.vertices).toBeGreaterThan(100);
});

test("a design without random effects says why gpu has nothing to do, and what ran", async () => {
  const study = new Study({ ...(await openStudy(place.file("lh_des1.yml"))), factors: [] });
  const results = await fit(study, { outdir: false, backend: "gpu" });
  expect(results.backend).toMatch(/^reference: TypeScript.*; wasm has no kernel for no random effects/);
  expect(results.info.warnings.join()).toMatch(/backend: gpu was asked for\. gpu did not run/);
});
