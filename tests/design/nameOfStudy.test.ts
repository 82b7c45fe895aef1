import { describe, expect, test } from "vitest";
import type { Config } from "../../src/config/index.js";
import { designOfName, nameOfStudy, sideOfName } from "../../src/design/nameOfStudy.js";
import type { ImageSet } from "../../src/images/index.js";

const study = (file: string, outdir: string, ...images: string[]) =>
  nameOfStudy(
    { file, outdir, yFiles: "/data/images.txt" } as Config,
    { images: images.map((path) => ({ path, frame: 0 })) } as unknown as ImageSet,
  );

describe("the hemisphere", () => {
  test.each([
    ["lh.sm12.mgh", "lh"],
    ["sub-01_hemi-R_space-fsaverage5_bold.func.gii", "rh"],
    ["100307.L.curvature.32k_fs_LR.shape.gii", "lh"],
    ["results_rh_des1", "rh"],
    ["sub-LH7_bold.mgh", undefined],
    ["rhythm.dat", undefined],
    ["lh_and_rh.dat", undefined],
  ] as const)("of %s is %s", (name, side) => expect(sideOfName(name)).toBe(side));

  test("is what all images say, before what the configuration is called", () => {
    expect(study("/s/rh_des1.yml", "/s/out", "/d/s1_lh.dat", "/d/s2_lh.dat").hemisphere).toBe("lh");
    expect(study("/s/rh_des1.yml", "/s/out", "/d/s1_lh.dat", "/d/s2_rh.dat").hemisphere).toBe("rh");
    expect(study("/s/model.yml", "/s/out", "/d/lh/s1.dat", "/d/lh/s2.dat").hemisphere).toBe("lh");
    expect(study("/s/model.yml", "/s/out", "/d/s1.dat").hemisphere).toBeUndefined();
  });
});

describe("the design", () => {
  test.each([
    ["results_lh_des1", "des1"],
    ["des2_rh", "des2"],
    ["results_lh", ""],
    ["my_rh_model", "my_model"],
  ])("of %s is %j", (name, design) => expect(designOfName(name)).toBe(design));

  test("is that of the results directory, else of the configuration", () => {
    expect(study("/s/lh_des1.yml", "/s/results_lh_smooth").design).toBe("smooth");
    expect(study("/s/lh_des1.yml", "/s/results_lh").design).toBe("des1");
    expect(study("/s/blmm_inputs.yml", "/s/results").design).toBe("");
  });
});
