import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Workspace } from "../workspace.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const command = path.join(root, "dist", "blmm.js");
const place = new Workspace();

/** Says the most memory the process had, in MiB, on descriptor 3. */
const MEMORY = `data:text/javascript,import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS / 1024)));`;

function run(args: readonly string[]) {
  const { status, stdout, stderr, output } = spawnSync(
    process.execPath,
    ["--import", MEMORY, command, ...args],
    {
      cwd: place.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      timeout: 60_000,
    },
  );
  const tidy = (text: string) => text.replaceAll(place.folder, "<folder>");
  return { status, stdout: tidy(stdout), stderr: tidy(stderr), peak: Number(output[3]) };
}

/** What a command prints, whole. */
function printed(...args: string[]): string {
  const { status, stdout, stderr } = run(args);
  return `exit ${status}\n${stdout}${stderr === "" ? "" : `(stderr)\n${stderr}`}`;
}

beforeAll(() => {
  expect(run(["simulate", "study", "--mesh", "ico2", "--subjects", "60", "--seed", "4", "-q"]).status).toBe(
    0,
  );
  expect(run(["fit", "study/lh_des1.yml", "-q"]).status).toBe(0);
});
afterAll(() => place.remove());

/** A copy of a design's yml under a new name. */
const changed = (name: string, change: (text: string) => string) => {
  place.write(`study/${name}`, change(readFileSync(place.file("study/lh_des1.yml"), "utf8")));
  return `study/${name}`;
};
/** A yml whose first image is another file. */
function withImage(name: string, file: string): string {
  const list = readFileSync(place.file("study/lh_des1_images.txt"), "utf8").split("\n");
  place.write(`study/${name}_images.txt`, [file, ...list.slice(1)].join("\n"));
  return changed(`${name}.yml`, (text) => text.replace("lh_des1_images.txt", `${name}_images.txt`));
}

describe("what is printed", () => {
  test("check", () => {
    expect(printed("check", "study/lh_des1.yml")).toMatchSnapshot();
  });

  test.each([[[]], [["fit"]], [["compare"]], [["contrast"]], [["check"]], [["info"]], [["simulate"]]])(
    "%s --help",
    (args) => {
      expect(printed(...args, "--help")).toMatchSnapshot();
    },
  );

  test("a contrast with a minus in front, with and without --, and with U+2212", () => {
    const plain = printed("contrast", "study/results_lh_des1", "-Sex");
    expect(plain).toMatch(/^exit 0/);
    expect(plain).toContain("-Sex");
    expect(printed("contrast", "study/results_lh_des1", "--", "-Sex")).toBe(plain);
    expect(printed("contrast", "study/results_lh_des1", "−Sex")).toBe(plain);
    expect(printed("contrast", "study/results_lh_des1", "-Sex", "-o", "minus")).toMatch(/^exit 0/);
  });

  test.each<[string, () => string[]]>([
    ["no yml", () => ["check", "study/none.yml"]],
    ["a folder for a yml", () => ["fit", "study"]],
    ["an image for a yml", () => ["check", "study/lh_mask.dat"]],
    ["a table for a yml", () => ["check", "study/des1/X.csv"]],
    [
      "misspelt keys",
      () => [
        "check",
        changed("keys.yml", (text) => text.replace("Y_files", "y_files").replace("vector", "vectors")),
      ],
    ],
    [
      "wrong values",
      () => [
        "check",
        changed(
          "values.yml",
          (text) =>
            `${text.replace("MinPercent: 0.5", "MinPercent: 50")}tol: small\nsafeMode: maybe\nmethod: REML\nswedf: 3\nMAXMEM: [1]\nclusterType: SGE\n`,
        ),
      ],
    ],
    [
      "two contrasts of one name",
      () => ["check", changed("names.yml", (text) => text.replace("name: Sex", "name: Intercept"))],
    ],
    ["a list within the list", () => ["check", withImage("list", "lh_des1_images.txt")]],
    ["no image", () => ["check", withImage("none", "lh/none.dat")]],
    [
      "an empty image",
      () => {
        place.write("study/empty.dat", new Uint8Array(0));
        return ["check", withImage("empty", "empty.dat")];
      },
    ],
    ["a column that is not there", () => ["contrast", "study/results_lh_des1", "Sexx"]],
    ["a product of columns", () => ["contrast", "study/results_lh_des1", "Sex*Sex"]],
    ["a number alone", () => ["contrast", "study/results_lh_des1", "-1"]],
    ["an expression that ends early", () => ["contrast", "study/results_lh_des1", "-"]],
    ["no results", () => ["info", "study/des1"]],
    ["no command", () => ["fitt"]],
    ["an option that is none", () => ["fit", "study/lh_des1.yml", "--thread", "2"]],
    ["threads that are none", () => ["fit", "study/lh_des1.yml", "--threads", "−2"]],
    ["a mesh that is none", () => ["simulate", "x", "--mesh", "ico99"]],
  ])("%s", (_, args) => {
    const said = printed(...args());
    expect(said).toMatch(/^exit [12]\n\(stderr\)\n/);
    // No stack trace, no value as JavaScript prints it, no number beside the wrong plural.
    expect(said).not.toMatch(/unexpected|undefined|\[object|\n\s+at |Error:|NaN/);
    expect(said).not.toMatch(
      /\b1 (rows|cells|columns|images|levels|labels|weights|vertices|values|frames|bytes)\b/,
    );
    expect(said).toMatchSnapshot();
  });
});

describe("hostile images: one error, little memory, and check reads what fit reads", () => {
  const zeros = gzipSync(new Uint8Array(2 ** 26), { level: 9 });
  const header = () =>
    readFileSync(path.join(root, "tests", "fixtures", "images", "float32.mgh")).subarray(0, 284);
  /** An MGH header of 162 vertices. */
  const small = () => {
    const bytes = Buffer.from(header());
    [162, 1, 1, 1].forEach((side, k) => {
      bytes.writeInt32BE(side, 4 + 4 * k);
    });
    return bytes;
  };

  const made = (name: string, content: string | Uint8Array) => () => place.write(`study/${name}`, content);
  const bomb = () => Buffer.concat([gzipSync(small()), ...Array.from({ length: 144 }, () => zeros)]);
  const cut = () => gzipSync(Buffer.concat([small(), Buffer.alloc(648, 7)])).subarray(0, -12);

  test.each<[string, () => unknown, RegExp]>([
    [
      "pipe.dat",
      () => execFileSync("mkfifo", [place.file("study/pipe.dat")]),
      /pipe\.dat, line 1 of .*: a named pipe; expected an image file$/,
    ],
    ["folder.nii", made("folder.nii/x", ""), /folder\.nii, .*: a directory; expected an image file$/],
    [
      "bomb.mgz",
      () => made("bomb.mgz", bomb())(),
      /bomb\.mgz: a compressed file of more than .* bytes; expected no more than its header promises$/,
    ],
    [
      "cut.mgz",
      () => made("cut.mgz", cut())(),
      /cut\.mgz: a compressed file that ends too early or is damaged; expected a whole \.gz file\. Copy it again/,
    ],
    [
      "broken.func.gii",
      made("broken.func.gii", "<GIFTI><DataArray>"),
      /broken\.func\.gii, line \d+ of .*, line 1: DataType=""; expected one of/,
    ],
  ])("%s", (name, make, message) => {
    make();
    const yml = withImage(name, name);
    for (const verb of ["check", "fit"]) {
      const { status, stdout, stderr, peak } = run([verb, yml]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      const lines = stderr
        .trim()
        .split("\n")
        .filter((line) => !/^fit: \d+%/.test(line));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(message);
      expect(peak).toBeGreaterThan(10);
      expect(peak).toBeLessThan(1024);
    }
  });
});

test("whoever stops reading early is no error", async () => {
  const child = spawn(process.execPath, [command, "check", "study/lh_des1.yml"], { cwd: place.folder });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  expect({ code, said }).toEqual({ code: 0, said: "" });
});
