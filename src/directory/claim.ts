import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { type ProcessIdentity, stateOf, thisProcess } from "./processIdentity.js";

/**
 * A claim on a place is a hidden folder whose name says which process holds it: making the folder is one
 * step, so there is no moment at which a claim exists and its holder is unknown. New files wait inside it.
 */
export interface Claim {
  /** Absolute path of the claim's folder. */
  readonly folder: string;
  /** Which place it is on: the digest of the place's path. */
  readonly place: string;
  readonly holder: ProcessIdentity;
}

/** What people are told of a claim's holder. */
interface Owner {
  readonly title: string;
  readonly host: string;
  readonly since: string;
}

const NAME = /^\.blmm-([0-9a-f]{8})-(\d+)-([0-9a-z]+)-([0-9a-f]{8})$/;
const OWNER_FILE = "owner.json";
/** A holder on another machine cannot be asked; its claim counts for this long after its last sign of life. */
const SILENCE_MS = 5 * 60_000;
const BEAT_MS = 15_000;

/** The digest by which claims name a place. */
export function placeOf(directory: string): string {
  return createHash("sha256").update(directory).digest("hex").slice(0, 8);
}

/** The claims in a folder. */
export function claimsIn(folder: string): Claim[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const parts = NAME.exec(name);
    if (parts === null) return [];
    const [, place, pid, start, machine] = parts;
    return [{ folder: path.join(folder, name), place, holder: { pid: Number(pid), start, machine } }];
  });
}

/** Whether the holder of a claim is still at work. */
export function isHeld(claim: Claim): boolean {
  const state = stateOf(claim.holder);
  if (state !== "elsewhere") return state === "running";
  try {
    return Date.now() - statSync(claim.folder).mtimeMs < SILENCE_MS;
  } catch {
    return false;
  }
}

/** `process 4242 (fit of lh_des1.yml, since 14:03:22)` */
export function describeHolder(claim: Claim): string {
  const { pid } = claim.holder;
  const who = pid === process.pid ? "this process" : `process ${pid}`;
  try {
    const owner = JSON.parse(readFileSync(path.join(claim.folder, OWNER_FILE), "utf8")) as Owner;
    const where = owner.host === hostname() ? "" : ` on ${owner.host}`;
    return `${who}${where} (${owner.title}, since ${owner.since})`;
  } catch {
    return who;
  }
}

/** A place is claimed by somebody who is still at work. */
export class PlaceHeld extends Error {
  constructor(readonly claim: Claim) {
    super(`held by ${describeHolder(claim)}`);
  }
}

/**
 * Claims a place for this process.
 *
 * @param inside the folder that gets the claim.
 * @param look the folders in which claims on the same place may be.
 * @throws PlaceHeld when somebody else holds the place.
 */
export function takeClaim(inside: string, place: string, look: readonly string[], title: string): HeldClaim {
  for (let attempt = 0; ; attempt++) {
    const claim = new HeldClaim(inside, place, title);
    const others = look
      .flatMap(claimsIn)
      .filter((other) => other.place === place && other.folder !== claim.folder && isHeld(other));
    if (others.length === 0) return claim;
    claim.release();
    // Of those that claim at the same moment each steps back and tries again; a claim that stays is at work.
    if (attempt === ATTEMPTS || !others.every(isYoung)) throw new PlaceHeld(others[0]);
    pause(Math.random() * 50 * 2 ** attempt);
  }
}

const ATTEMPTS = 6;

function isYoung(claim: Claim): boolean {
  const stats = statSync(claim.folder, { throwIfNoEntry: false });
  return stats === undefined || Date.now() - stats.mtimeMs < 2000;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** A claim of this process. */
export class HeldClaim implements Claim {
  readonly holder = thisProcess();
  readonly folder: string;
  private readonly beat: NodeJS.Timeout;

  constructor(
    inside: string,
    readonly place: string,
    title: string,
  ) {
    const { pid, start, machine } = this.holder;
    this.folder = path.join(inside, `.blmm-${place}-${pid}-${start}-${machine}`);
    try {
      mkdirSync(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw new PlaceHeld(this);
      throw error;
    }
    const owner: Owner = { title, host: hostname(), since: new Date().toTimeString().slice(0, 8) };
    try {
      writeFileSync(path.join(this.folder, OWNER_FILE), JSON.stringify(owner));
    } catch {
      // It only makes messages better; a full disk shows itself where it matters.
    }
    this.beat = setInterval(() => this.showLife(), BEAT_MS);
    this.beat.unref();
  }

  /** A path inside the claim. */
  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Tells other machines that the holder is at work. */
  showLife(): void {
    try {
      utimesSync(this.folder, new Date(), new Date());
    } catch {
      // The folder is gone or cannot be touched: whoever needs it next says so.
    }
  }

  /** Leaves the claim behind under the name of a process that does not run, so that the next command finishes it. */
  abandon(): void {
    clearInterval(this.beat);
    const { machine } = this.holder;
    renameSync(this.folder, path.join(path.dirname(this.folder), `.blmm-${this.place}-0-0-${machine}`));
  }

  /** Gives the place back and removes what waited in the claim. */
  release(): void {
    clearInterval(this.beat);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
