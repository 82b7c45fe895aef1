// What every step of the set-up has in common: it is done once for its inputs, and again if it was interrupted.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Downloads of npm and pip are kept here, so that an interrupted set-up does not fetch them again. */
export const downloads = path.join(root, ".cache", "downloads");

export const say = (text) => process.stderr.write(`${text}\n`);

/** Runs `work` unless it was already done, to its end, for this key. */
export function once(stamp, key, title, work) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  say(title);
  rmSync(stamp, { force: true });
  work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
}

/** Fills a folder; one that a set-up was interrupted in may hold half a package, and is made anew. */
export function fill(folder, work) {
  const unfinished = path.join(folder, ".blmm-unfinished");
  if (existsSync(unfinished)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(unfinished, "");
  work();
  rmSync(unfinished);
}

/** A key that changes with the files, this Node.js and this kind of machine. */
export function digest(files) {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

export function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
    .sort();
}

/** What a failed download said, for people: one sentence where the network is the cause, else its last lines. */
export function explainFailure(command, output) {
  const network =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Temporary failure in name resolution|Failed to establish a new connection/.exec(
      output,
    );
  if (network !== null) {
    return `${command} could not download what is needed: no network (${network[0]}). Run it again with one; it goes on where it stopped.`;
  }
  const last = output.trim().split("\n").slice(-12).join("\n");
  return `${command} failed:\n${last}`;
}
