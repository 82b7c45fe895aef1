import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ownPython } from "../../src/notebook/jupyter.js";
import { root } from "../notebook/notebooks.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());
const command = path.join(root, "dist", "blmm.js");
const home = place.file("home");
mkdirSync(home);

function blmm(args: readonly string[], more: Record<string, string> = {}) {
  const {
    JUPYTER_PATH: _a,
    JUPYTER_CONFIG_PATH: _b,
    JUPYTER_DATA_DIR: _c,
    XDG_DATA_HOME: _d,
    ...env
  } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "kernel", ...args], {
    cwd: place.folder,
    encoding: "utf8",
    env: { ...env, HOME: home, ...more },
  });
  return { status, stdout, stderr };
}

/** The kernels that a Jupyter with these variables sees. */
function kernelsSeen(env: Record<string, string | undefined>): Record<string, { resource_dir: string }> {
  const listed = execFileSync(ownPython(root), ["-m", "jupyter_client.kernelspecapp", "list", "--json"], {
    encoding: "utf8",
    env: { ...process.env, HOME: home, ...env },
  });
  return JSON.parse(listed).kernelspecs;
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));

describe("blmm kernel", () => {
  test("install makes the kernel known to a Jupyter of this user, uninstall takes it out", () => {
    const installed = blmm(["install"]);
    expect(installed).toMatchObject({ status: 0, stderr: "" });
    const folder = path.join(home, ".local", "share", "jupyter", "kernels", "blmm");
    expect(installed.stdout).toContain(`Installed ${folder}\n`);
    expect(readdirSync(folder).sort()).toEqual(["kernel.json", "logo-64x64.png", "logo-svg.svg"]);
    const { argv } = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"));
    expect(argv).toEqual([
      process.execPath,
      path.join(root, "dist/kernel/main.js"),
      "{connection_file}",
      root,
    ]);
    expect(kernelsSeen({}).blmm.resource_dir).toBe(folder);
    expect(blmm(["install", "--user"]).status).toBe(0);
    expect(blmm(["uninstall"])).toMatchObject({ status: 0, stderr: "" });
    expect(filesUnder(home).filter((file) => file.includes("blmm"))).toEqual([]);
  });

  test("--prefix is one environment", () => {
    const prefix = place.file("environment é");
    mkdirSync(prefix);
    expect(blmm(["install", "--prefix", prefix])).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(path.join(prefix, "share", "jupyter", "kernels", "blmm", "kernel.json"))).toBe(true);
    expect(blmm(["uninstall", "--prefix", prefix])).toMatchObject({ status: 0, stderr: "" });
    expect(filesUnder(prefix)).toEqual([]);
  });

  test("env is for one shell", () => {
    const { status, stdout, stderr } = blmm(["env"], { JUPYTER_PATH: "/it's/mine" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const line of stdout.trim().split("\n")) expect(line).toMatch(/^export [A-Z_]+='.*'$/);
    const shell = `${stdout}\nprintf '%s\\n' "$JUPYTER_PATH" "$JUPYTER_CONFIG_PATH"`;
    const [data, config] = execFileSync("sh", ["-c", shell], { encoding: "utf8" }).trim().split("\n");
    expect(data).toBe(`${path.join(root, "dist")}:/it's/mine`);
    expect(kernelsSeen({ JUPYTER_PATH: data }).blmm.resource_dir).toBe(path.join(root, "dist/kernels/blmm"));
    const server = JSON.parse(readFileSync(path.join(config, "jupyter_server_config.json"), "utf8"));
    expect(server).toEqual({ ZMQChannelsWebsocketConnection: { limit_rate: false } });
    expect(blmm(["env"], { JUPYTER_PATH: data }).stdout).toContain(stdout.split("\n")[0]);
  });

  test("env names the folder of this Node.js where `node` is another", () => {
    place.write("bin/node", "");
    const { stdout } = blmm(["env"], { PATH: `${place.file("bin")}:/usr/bin:/bin` });
    expect(stdout).toContain(
      `export PATH='${path.dirname(process.execPath)}:${place.file("bin")}:/usr/bin:/bin'\n`,
    );
  });
});

describe("bad input", () => {
  test.each([
    [["uninstall"], /^blmm: the kernel is not installed in .*jupyter\. If it was/],
    [["install", "--prefix", "/nosuch"], /^blmm: --prefix: there is no folder \/nosuch\n$/],
  ])("%j: one message, exit 1", (args, message) => {
    const { status, stdout, stderr } = blmm(args);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  test("a folder that cannot be written", () => {
    const file = place.write("file", "");
    const { status, stderr } = blmm(["install"], { JUPYTER_DATA_DIR: file });
    expect(stderr).toMatch(/^blmm: .*file\/kernels\/blmm cannot be written \(E.*Choose a folder of yours/);
    expect(status).toBe(1);
  });

  test("a kernel of the same name that is not ours stays", () => {
    const spec = place.write("data/kernels/blmm/kernel.json", '{"display_name": "Mine"}');
    for (const verb of ["install", "uninstall"]) {
      const { status, stderr } = blmm([verb], { JUPYTER_DATA_DIR: place.file("data") });
      expect(stderr).toMatch(/a kernel of this name that is not BLMM's\. Remove it first/);
      expect(status).toBe(1);
    }
    expect(readFileSync(spec, "utf8")).toBe('{"display_name": "Mine"}');
  });

  test("--user with --prefix is usage", () => {
    expect(blmm(["install", "--user", "--prefix", "."])).toMatchObject({ status: 2, stdout: "" });
  });
});
