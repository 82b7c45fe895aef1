import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notebook } from "../../src/notebook/notebook.js";
import { findChromium, notebookText, root } from "../notebook/notebooks.js";
import { Workspace } from "../workspace.js";
import { JupyterLab } from "./jupyterLab.js";
import { cloneTo, environmentOf, npmStart, processesOf, Running, untilGone } from "./npmStart.js";

interface KernelSpecs {
  readonly default: string;
  readonly kernelspecs: Record<string, { readonly resources: Record<string, string> }>;
}

const MINUTES = 60_000;
const place = new Workspace();
const home = place.file("home");
const first = place.file("first clone é");
const moved = place.file("moved ü ☃ dir");
const env = environmentOf(home, { JUPYTER_TOKEN: "token-of-the-test", BLMM_PRESET: "tiny" });
const running = new Set<Running>();

const started = (
  checkout: string,
  args: readonly string[] = [],
  before: readonly string[] = [],
  environment = env,
): Running => {
  const run = npmStart(checkout, environment, args, before);
  running.add(run);
  return run;
};
const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));

beforeAll(() => {
  mkdirSync(home);
  cloneTo(first);
  // The downloads of this checkout's own set-up, so that they are not fetched again.
  const downloads = path.join(".cache", "downloads");
  if (existsSync(path.join(root, downloads))) {
    cpSync(path.join(root, downloads), path.join(first, downloads), { recursive: true });
  }
}, 5 * MINUTES);
afterAll(async () => {
  for (const run of running) run.stop("SIGKILL");
  for (const [id] of processesOf(place.folder)) process.kill(id, "SIGKILL");
  setWritable(place.folder, true);
  place.remove();
}, 5 * MINUTES);

describe("npm start", () => {
  test("a set-up that was interrupted goes on where it stopped", { timeout: 20 * MINUTES }, async () => {
    const interrupted = started(first);
    await interrupted.says(/Installing packages/);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    interrupted.stop("SIGKILL");
    await untilGone(place.folder);
    expect(existsSync(path.join(first, "node_modules", ".blmm-unfinished"))).toBe(true);

    const again = started(first);
    const [, address] = await again.says(/JupyterLab: (http:\S+)/, 18);
    expect(again.said).toMatch(/Installing packages[\s\S]*Building[\s\S]*Installing JupyterLab/);
    expect(address).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/notebooks\/00-start-here\.ipynb\?token=token-of-the-test$/,
    );
    again.stop();
    await untilGone(place.folder);
  });

  test("asks for its token, on loopback only, and shows the kernel and the extension", {
    timeout: 5 * MINUTES,
  }, async () => {
    renameSync(first, moved);
    const port = String(await freePort());
    const run = started(moved, ["--port", port]);
    await run.says(/JupyterLab: http/);
    expect(run.said).not.toMatch(/Installing|Building/);
    const base = `http://127.0.0.1:${port}`;
    expect((await fetch(`${base}/api/kernelspecs`)).status).toBe(403);
    const authorized = { headers: { Authorization: "token token-of-the-test" } };
    const specs = await fetch(`${base}/api/kernelspecs`, authorized).then(
      (r) => r.json() as Promise<KernelSpecs>,
    );
    expect(specs).toMatchObject({ default: "blmm" });
    expect(Object.keys(specs.kernelspecs)).toEqual(["blmm"]);
    expect(Object.keys(specs.kernelspecs.blmm.resources).sort()).toEqual(["logo-64x64", "logo-svg"]);
    const page = await fetch(`${base}/lab`, authorized).then((r) => r.text());
    const config = JSON.parse(
      /<script id="jupyter-config-data"[^>]*>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "{}",
    );
    const extensions = config.federated_extensions.map(({ name }: { name: string }) => name);
    expect(extensions).toContain("blmm");
    expect(listeners(Number(port))).toEqual(["127.0.0.1"]);
    run.stop();
    await untilGone(place.folder);
  });

  test("works where only the runtime folder may be written", { timeout: 10 * MINUTES }, async () => {
    writeFileSync(
      path.join(moved, "notebooks", "try é.ipynb"),
      notebookText(["import { version } from 'blmm';\nversion.length > 0"]),
    );
    setWritable(moved, false);
    setWritable(path.join(moved, ".jupyter"), true);
    try {
      const port = String(await freePort());
      const run = started(moved, ["--port", port], withoutPrivilege());
      await run.says(/JupyterLab: http/);
      expect(run.said).not.toMatch(/Installing|Building|EACCES|Permission|Error/);
      const out = place.file("out.ipynb");
      const [command, ...args] = [
        ...withoutPrivilege(),
        process.execPath,
        path.join(moved, "dist", "blmm.js"),
        "run",
        path.join(moved, "notebooks", "try é.ipynb"),
      ];
      const runner = new Running(
        spawn(command, [...args, "--out", out], { env, stdio: ["ignore", "pipe", "pipe"] }),
      );
      expect(await runner.ended, runner.said).toBe(0);
      const [cell] = JSON.parse(readFileSync(out, "utf8")).cells;
      expect(cell.outputs).toMatchObject([{ data: { "text/plain": "true" } }]);
      run.stop();
      await untilGone(place.folder);
    } finally {
      setWritable(moved, true);
    }
  });

  test.skipIf(findChromium() === undefined)(
    "opens in the browser: run all, interrupt, restart",
    { timeout: 10 * MINUTES },
    async () => {
      writeFileSync(
        path.join(moved, "notebooks", "try é.ipynb"),
        notebookText([
          "import { version } from 'blmm';\nlet n = 0; const kept = 'kept'; [version.length > 0, kept]",
          "[{ vertex: 1, T: 2.5 }]",
          "await new Promise((r) => setTimeout(r, 10)); for (;;) n++",
          "kept + ' ' + (n > 0)",
        ]),
      );
      const run = started(moved);
      const [, address] = await run.says(/JupyterLab: (http:\S+)/);
      const lab = await JupyterLab.open(
        address.replace("00-start-here.ipynb", encodeURIComponent("try é.ipynb")),
      );
      try {
        expect(await lab.kernelName()).toBe("BLMM (TypeScript)");
        await lab.menu("Run", "Run All Cells");
        await lab.until(
          async () => (await lab.cells())[2].prompt === "[*]:" && (await lab.cells())[1].text !== "",
        );
        expect((await lab.cells())[0].text).toBe("[ true, 'kept' ]");
        expect((await lab.cells())[1].text).toMatch(/vertex[\s\S]*2\.5/);
        await lab.menu("Kernel", "Interrupt Kernel");
        await lab.idle();
        expect((await lab.cells())[2].text).toMatch(/^Interrupted/);
        await lab.runCell(3);
        expect((await lab.cells())[3].text).toBe("'kept true'");
        await lab.screenshot("npm-start-interrupted");
        await lab.restart();
        await lab.runCell(3);
        expect((await lab.cells())[3].text).toMatch(/Cannot find name 'kept'/);
        await lab.runCell(0);
        expect((await lab.cells())[0].text).toBe("[ true, 'kept' ]");
        await lab.screenshot("npm-start-restarted");
      } finally {
        await lab.close();
      }
      const start = await JupyterLab.open(address);
      try {
        expect(await start.kernelName()).toBe("BLMM (TypeScript)");
        await start.menu("Run", "Run All Cells");
        await start.until(async () => (await start.cells()).some(({ prompt }) => prompt.includes("*")));
        await start.idle(400);
        // The brain is drawn by the extension, on a canvas.
        await start.page.waitForSelector(".jp-Notebook .jp-OutputArea-output canvas");
        await start.page
          .locator(".jp-Notebook .jp-OutputArea-output canvas")
          .first()
          .scrollIntoViewIfNeeded();
        await start.page.waitForTimeout(2000);
        await start.screenshot("npm-start");
        await start.save();
        const file = path.join(moved, "notebooks", "00-start-here.ipynb");
        const cells = (JSON.parse(readFileSync(file, "utf8")) as Notebook).cells;
        const code = cells.filter(({ cell_type }) => cell_type === "code");
        expect(code.every(({ execution_count }) => Number(execution_count) > 0)).toBe(true);
        const outputs = code.flatMap((cell) => cell.outputs ?? []);
        expect(outputs.filter(({ output_type }) => output_type === "error")).toEqual([]);
      } finally {
        await start.close();
      }
      run.stop();
      await untilGone(place.folder);
    },
  );

  test("wrote nothing outside the checkout", () => {
    expect(filesUnder(home)).toEqual([]);
  });
});

/** Root may write anywhere; without this capability it is like anybody. */
function withoutPrivilege(): string[] {
  if (process.getuid?.() !== 0) return [];
  return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"];
}

function setWritable(folder: string, writable: boolean): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) setWritable(path.join(folder, entry.name), writable);
  }
  chmodSync(folder, writable ? 0o755 : 0o555);
}

/** The addresses that a port is listened to on, from the system's table. */
function listeners(port: number): string[] {
  const address = (hex: string): string =>
    (hex.match(/../g) ?? [])
      .map((byte) => Number.parseInt(byte, 16))
      .reverse()
      .join(".");
  return ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === "0A" && Number.parseInt(local.split(":")[1], 16) === port)
      .map(([, local]) => address(local.split(":")[0])),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
