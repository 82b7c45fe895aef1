import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../notebook/notebooks.js";

/** Copies what a clone holds. */
export function cloneTo(folder: string): void {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", listed, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  for (const file of files.split("\0")) {
    if (file === "" || !existsSync(path.join(root, file))) continue;
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
}

/** A command in a checkout: what it has said, how it ended. */
export class Running {
  said = "";
  readonly ended: Promise<number | null>;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        this.said += chunk;
      });
    }
    this.ended = new Promise((resolve) => child.once("exit", resolve));
  }

  /** Waits until it has said this; fails where it ends first. */
  async says(what: RegExp, minutes = 10): Promise<RegExpExecArray> {
    let over = false;
    this.ended.then(() => {
      over = true;
    });
    for (let tries = 0; tries < 600 * minutes; tries++) {
      const found = what.exec(this.said);
      if (found !== null) return found;
      if (over) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`it never said ${what}:\n${this.said}`);
  }

  /** As Ctrl-C in a terminal: every process of its group has the signal. */
  stop(signal: NodeJS.Signals = "SIGINT"): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
    } catch {
      // All of it has ended.
    }
  }
}

/** The processes whose command line or working directory names a folder: their ids and command lines. */
export function processesOf(folder: string): (readonly [id: number, command: string])[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
        const names = command.includes(folder) || readlinkSync(`/proc/${id}/cwd`).startsWith(folder);
        return names ? [[Number(id), command] as const] : [];
      } catch {
        // It has ended meanwhile, or is another user's.
        return [];
      }
    });
}

/** Waits until no process has to do with a folder; fails where some stay. */
export async function untilGone(folder: string, seconds = 60): Promise<void> {
  for (let tries = 0; tries < 10 * seconds; tries++) {
    if (processesOf(folder).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`these processes stay:\n${processesOf(folder).join("\n")}`);
}

/** The environment of a person whose home folder is `home`, with no Jupyter or npm of theirs set up. */
export function environmentOf(home: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|JUPYTER|VITEST|NODE_|XDG_|INIT_CWD)/.test(name),
  );
  return { ...Object.fromEntries(own), HOME: home, ...more };
}

/** `npm start` in a checkout; `before` is put in front of the command. */
export function npmStart(
  checkout: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  before: readonly string[] = [],
): Running {
  const [command, ...rest] = [...before, "npm", "start", "--", "--no-browser", ...args];
  const stdio = ["ignore", "pipe", "pipe"] as const;
  return new Running(spawn(command, rest, { cwd: checkout, env, detached: true, stdio: [...stdio] }));
}
