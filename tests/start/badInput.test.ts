import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../notebook/notebooks.js";
import { Workspace } from "../workspace.js";
import { cloneTo, environmentOf, npmStart, Running } from "./npmStart.js";

const MINUTES = 60_000;
const place = new Workspace();
const home = place.file("home");
const env = environmentOf(home);
afterAll(() => place.remove());

describe("npm start, with bad input", () => {
  test("a port that is taken, before anything is set up", async () => {
    const server = await new Promise<Server>((resolve) => {
      const listening = createServer().listen(0, "127.0.0.1", () => resolve(listening));
    });
    const { port } = server.address() as { port: number };
    const run = npmStart(root, env, ["--port", String(port)]);
    expect(await run.ended).toBe(1);
    expect(run.said).toMatch(new RegExp(`npm start: Port ${port} is taken\\. Choose another`));
    server.close();
  });

  test.each([[["--port", "x"]], [["--port", "0"]], [["--nosuch"]]])("%j is usage", async (args) => {
    const run = npmStart(root, env, args);
    expect(await run.ended).toBe(2);
    expect(run.said).toMatch(/Usage: npm start/);
  });

  const bare = place.file("bare");
  const modules = path.join(bare, "node_modules");
  const nodeOnly = place.file("bin");
  /** `npm start`'s script in a checkout whose packages are there already. */
  const setUp = async (environment: Record<string, string>): Promise<Running> => {
    const script = path.join(bare, "scripts", "start.mjs");
    const child = spawn(process.execPath, [script, "--no-browser"], {
      env: environmentOf(home, environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const run = new Running(child);
    await run.ended;
    return run;
  };
  beforeAll(() => {
    mkdirSync(nodeOnly);
    cloneTo(bare);
    symlinkSync(path.join(root, "node_modules"), modules);
    cpSync(path.join(root, "dist"), path.join(bare, "dist"), { recursive: true });
  }, 2 * MINUTES);

  test("no Python", async () => {
    const run = await setUp({ PATH: nodeOnly });
    expect(run.said).toMatch(/npm start: No Python was found\. BLMM needs Python 3\.10 or later with venv/);
    expect(await run.ended).toBe(1);
  });

  test("`blmm run` without a Jupyter", () => {
    const blmm = path.join(bare, "dist", "blmm.js");
    const { status, stderr } = spawnSync(process.execPath, [blmm, "run", "notebooks/00-start-here.ipynb"], {
      cwd: bare,
      encoding: "utf8",
      env: environmentOf(home, { PATH: nodeOnly }),
    });
    expect(stderr).toMatch(
      /^blmm: no Jupyter server was found, neither in \.venv nor on the PATH\. `npm start`/,
    );
    expect(status).toBe(1);
  });

  test("a Python that is too old, or without venv", async () => {
    const python = path.join(nodeOnly, "python3");
    const pretend = (says: string) => {
      writeFileSync(python, `#!/bin/sh\necho ${says}\n`);
      chmodSync(python, 0o755);
    };
    pretend("3 8 venv");
    expect((await setUp({ PATH: nodeOnly })).said).toMatch(
      /No Python here serves \(python3 is 3\.8\)\. BLMM needs/,
    );
    pretend("3 12");
    expect((await setUp({ PATH: nodeOnly })).said).toMatch(
      /python3 has no venv: on Debian and Ubuntu, apt install/,
    );
  });

  test("no network", { timeout: 5 * MINUTES }, async () => {
    const nowhere = "http://127.0.0.1:9/";
    const offline = {
      PIP_INDEX_URL: nowhere,
      PIP_FIND_LINKS: "",
      PIP_EXTRA_INDEX_URL: "",
      npm_config_registry: nowhere,
    };
    const pip = await setUp(offline);
    expect(await pip.ended).toBe(1);
    expect(pip.said).toMatch(/npm start: pip could not download what is needed: no network \(/);
    rmSync(modules);
    const npm = await setUp(offline);
    expect(await npm.ended).toBe(1);
    expect(npm.said).toMatch(/npm start: npm install could not download what is needed: no network \(E/);
  });
});
