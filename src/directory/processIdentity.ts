import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process beyond its number, which the system gives again to others. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever the system counts; "0" where the system does not say. */
  readonly start: string;
  /** The machine, its boot and the container: where `pid` means this process. */
  readonly machine: string;
}

/** The process that runs this. */
export function thisProcess(): ProcessIdentity {
  own ??= { pid: process.pid, start: startOf(process.pid) ?? "0", machine: machineOf() };
  return own;
}
let own: ProcessIdentity | undefined;

/** Whether a process still runs; "elsewhere" when it is of another machine or container, and cannot be asked. */
export function stateOf(identity: ProcessIdentity): "running" | "gone" | "elsewhere" {
  if (identity.machine !== thisProcess().machine) return "elsewhere";
  if (identity.pid <= 0) return "gone";
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "gone";
  }
  const start = startOf(identity.pid);
  if (start === undefined) return "gone";
  return start === identity.start || start === "0" ? "running" : "gone";
}

/** When a process started; undefined when it has ended, even if nobody has collected it yet. */
function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name in parentheses may hold anything; the state and, 19 fields on, the start come after it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]).toString(36);
    } catch {
      return undefined;
    }
  }
  if (process.platform === "win32") return "0";
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", `${pid}`], { encoding: "utf8" }).trim();
    return started === "" ? undefined : digest(started);
  } catch {
    return undefined;
  }
}

function machineOf(): string {
  const facts = [hostname()];
  for (const read of [
    () => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"),
    () => readlinkSync("/proc/self/ns/pid"),
  ]) {
    try {
      facts.push(read());
    } catch {
      // Other systems have neither; the name of the machine has to do.
    }
  }
  return digest(facts.join("\n"));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
