/** A Jupyter server for one run: on loopback, with a token of its own, gone with everything it wrote at the end. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AbortedError, BlmmError } from "../errors.js";
import {
  jupyterEnvironment,
  ownPython,
  packageFolder,
  serverArguments,
  writeServerConfig,
} from "./jupyter.js";

/** How to reach a server. */
export interface ServerAddress {
  /** Ends in a slash. */
  readonly url: string;
  readonly token: string;
}

export interface JupyterServer extends ServerAddress {
  /** Fails when the server ends before it is stopped. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

const START_SECONDS = 90;

/**
 * Starts a server that shows a folder.
 * @throws BlmmError where there is no Jupyter, or where it does not start; AbortedError when the signal fires.
 */
export async function startServer(files: string, signal?: AbortSignal): Promise<JupyterServer> {
  const root = packageFolder(fileURLToPath(import.meta.url));
  const python = findPython(root);
  const folder = temporaryFolder(root);
  const env = jupyterEnvironment(root, folder);
  writeServerConfig(folder, files);
  const token = randomBytes(24).toString("hex");
  // The system chooses the port, so that no other program can take it in between.
  const args = [...serverArguments("jupyter_server.serverapp"), "--no-browser", "--port=0"];
  if (process.getuid?.() === 0) args.push("--allow-root");
  const server = spawn(python, args, {
    cwd: files,
    env: { ...env, JUPYTER_TOKEN: token },
    stdio: ["pipe", "ignore", "pipe"],
    // Ctrl-C in a terminal is for this process, which ends the kernel first and then the server.
    detached: true,
  });
  let log = "";
  server.stderr.on("data", (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-4000);
  });
  const gone = new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
    server.once("error", () => resolve());
  });
  let stopping = false;
  const ended = gone.then(async () => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new BlmmError(`the Jupyter server ended by itself:\n${log.trim()}`);
  });
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping = true;
    await end(server, gone);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await Promise.race([addressOf(path.join(folder, "runtime"), token, signal), ended]);
    return { url, token, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the server has written where it listens, and answers there. */
async function addressOf(runtime: string, token: string, signal?: AbortSignal): Promise<string> {
  for (let tries = 0; tries < 10 * START_SECONDS; tries++) {
    if (signal?.aborted === true)
      throw new AbortedError("stopped before the notebook ran; nothing was written");
    const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    const url = file === undefined ? undefined : urlIn(path.join(runtime, file));
    if (url !== undefined) {
      const up = await fetch(`${url}api/status`, { headers: { Authorization: `token ${token}` } }).then(
        (response) => response.ok,
        () => false,
      );
      if (up) return url;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new BlmmError(`the Jupyter server did not answer within ${START_SECONDS} s`);
}

function urlIn(file: string): string | undefined {
  try {
    const { port } = JSON.parse(readFileSync(file, "utf8")) as { port: number };
    return `http://127.0.0.1:${port}/`;
  } catch {
    // It is being written.
    return undefined;
  }
}

/** Killing it at once would leave its kernels behind. */
async function end(server: ChildProcess, gone: Promise<void>): Promise<void> {
  server.kill("SIGTERM");
  const impatience = setTimeout(() => server.kill("SIGKILL"), 60_000);
  await gone;
  clearTimeout(impatience);
}

/** The Python of the checkout's .venv, else one on the PATH that has a server. */
function findPython(root: string): string {
  const own = ownPython(root);
  for (const python of [own, "python3", "python"]) {
    if (python === own && !existsSync(own)) continue;
    if (spawnSync(python, ["-c", "import jupyter_server"], { stdio: "ignore" }).status === 0) return python;
  }
  throw new BlmmError(
    "no Jupyter server was found, neither in .venv nor on the PATH. `npm start` sets one up; pip install jupyter_server does too.",
  );
}

/** Below the checkout's own runtime folder, or where that cannot be written, the system's temporary folder. */
function temporaryFolder(root: string): string {
  const own = path.join(root, ".jupyter");
  try {
    if (existsSync(path.join(root, ".venv"))) {
      mkdirSync(own, { recursive: true, mode: 0o700 });
      return mkdtempSync(path.join(own, "run-"));
    }
  } catch {
    // A checkout that may only be read.
  }
  return mkdtempSync(path.join(tmpdir(), "blmm-run-"));
}
