// `npm start`: sets everything up and opens JupyterLab on the tutorial. Loopback only, with a token; everything that
// Jupyter writes goes into .jupyter/. `npm start -- --no-browser --port N` for servers.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { build, installJupyter, installPackages, installWheels, python, root } from "./setup.mjs";

const USAGE = `Usage: npm start [-- --no-browser --port N]

Opens the tutorial in JupyterLab; the first time, sets up what it needs in the checkout.
  --no-browser  only print the address
  --port N      the port (default: 8888, or the next that is free)
JUPYTER_TOKEN, where it is set, is the token to log in with; otherwise there is a new one each time.`;

class UsageError extends Error {}

const say = (text) => process.stdout.write(`${text}\n`);

async function start() {
  const options = readOptions();
  if (options.help) return say(USAGE);
  // Before the set-up: it takes minutes.
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new Error(
      `Port ${options.port} is taken. Choose another, or leave out --port for one that is free.`,
    );
  }
  installPackages();
  build();
  installWheels();
  installJupyter();
  const port = options.port ?? (await freePort(8888));
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString("hex");
  const { jupyterEnvironment, serverArguments, writeServerConfig } = createRequire(import.meta.url)(
    path.join(root, "dist", "jupyter.js"),
  );
  const own = path.join(root, ".jupyter");
  const env = { ...jupyterEnvironment(root, own), JUPYTER_TOKEN: token };
  writeServerConfig(own, root);
  const address = `http://127.0.0.1:${port}`;
  const page = `/lab/tree/${firstNotebook()}`;
  const args = [
    ...serverArguments("jupyterlab.labapp"),
    `--port=${port}`,
    `--LabApp.default_url=${page}`,
    "--log-level=WARN",
    "--LabApp.log_level=WARN",
  ];
  if (options.noBrowser) args.push("--no-browser");
  if (process.getuid?.() === 0) args.push("--allow-root");
  // In a group of its own: Ctrl-C in a terminal reaches the whole group, and a server that hears of its end twice leaves
  // its kernels behind.
  const server = spawn(python, args, { cwd: root, env, stdio: ["pipe", 2, 2], detached: true });
  const exit = new Promise((resolve, reject) => {
    server.once("exit", resolve);
    server.once("error", (error) => reject(new Error(`JupyterLab could not be started: ${error.message}`)));
  });
  let stopped = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (!stopped) server.kill("SIGTERM");
      stopped = true;
    });
  }
  if (await answers(`${address}/api/status?token=${token}`, exit)) {
    say(`JupyterLab: ${address}${page}?token=${token}`);
    say("Ctrl-C stops it.");
  }
  const code = await exit;
  if (!stopped && code !== 0) throw new Error("JupyterLab ended; what it said is above.");
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        "no-browser": { type: "boolean", default: false },
        port: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
      throw new Error(`--port ${values.port}: a port is a whole number from 1 to 65535.`);
    }
    return { noBrowser: values["no-browser"], port, help: values.help };
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`);
  }
}

/** The notebook to open, as a path in an address; the folder of the notebooks where there is none. */
function firstNotebook() {
  const folder = path.join(root, "notebooks");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ipynb")) : [];
  const [first] = names.sort();
  return first === undefined ? "notebooks" : `notebooks/${encodeURIComponent(first)}`;
}

async function freePort(from) {
  for (let port = from; port < from + 100; port++) if (await isFree(port)) return port;
  throw new Error(`Ports ${from} to ${from + 99} are taken. Choose one: npm start -- --port N`);
}

function isFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else
        reject(
          new Error(`Port ${port} cannot be used (${error.code}). Choose another: npm start -- --port N`),
        );
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Waits until the server answers; false where it ended first. */
async function answers(url, exit) {
  let ended = false;
  const end = () => {
    ended = true;
  };
  exit.then(end, end);
  while (!ended) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

start().catch((error) => {
  process.stderr.write(`npm start: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
