/** One thing that is wrong in what the user gave, in words for people. */
export interface Fault {
  /** The file in which the fault is, as the user wrote it or as an absolute path. */
  readonly file?: string;
  /** The key of blmm_inputs.yml, the option or the argument. */
  readonly key?: string;
  /** 1-based line of `file`. */
  readonly line?: number;
  /** Name or 1-based number of the column of a table. */
  readonly column?: string | number;
  /** Where in a binary file, counted from 0; of a compressed file, where in what it unpacks to. */
  readonly byte?: number;
  /** What was found. */
  readonly found: string;
  /** What was expected. */
  readonly expected?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** `file, line 3, column "Sex": found …; expected …. What to do.` */
export function describeFault(fault: Fault): string {
  const where: string[] = [];
  if (fault.file !== undefined) where.push(fault.file);
  if (fault.key !== undefined) where.push(fault.key);
  if (fault.line !== undefined) where.push(`line ${fault.line}`);
  if (fault.column !== undefined) {
    where.push(typeof fault.column === "number" ? `column ${fault.column}` : `column "${fault.column}"`);
  }
  if (fault.byte !== undefined) where.push(`byte ${fault.byte.toLocaleString("en-US")}`);
  const what = fault.expected === undefined ? fault.found : `${fault.found}; expected ${fault.expected}`;
  const sentence = `${where.length > 0 ? `${where.join(", ")}: ` : ""}${what}`;
  return fault.hint === undefined ? sentence : `${sentence}. ${fault.hint}`;
}

/** The base of every error this package throws on purpose. */
export class BlmmError extends Error {
  override readonly name: string = "BlmmError";
}

/** Something the user gave is wrong: a configuration, a table, an image, a name. May hold several faults. */
export class InputError extends BlmmError {
  override readonly name = "InputError";
  readonly faults: readonly Fault[];

  constructor(faults: Fault | readonly Fault[]) {
    const list = Array.isArray(faults) ? (faults as readonly Fault[]) : [faults as Fault];
    super(
      list.length === 1
        ? describeFault(list[0])
        : `${list.length} things are wrong:\n${list.map((fault) => `  - ${describeFault(fault)}`).join("\n")}`,
    );
    this.faults = list;
  }
}

/** The work was stopped by its AbortSignal; nothing was written. */
export class AbortedError extends BlmmError {
  override readonly name = "AbortedError";
}

/** The error of a fit that was stopped. */
export function fitStopped(): AbortedError {
  return new AbortedError("The fit was stopped; nothing was written.");
}

/** Collects faults, so that they are reported together. */
export class FaultList {
  readonly faults: Fault[] = [];

  add(fault: Fault): void {
    this.faults.push(fault);
  }

  /** Runs `check`; an InputError it throws is collected and `undefined` is returned. */
  try<Value>(check: () => Value): Value | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.faults.push(...error.faults);
      return undefined;
    }
  }

  /** As `try`, for a promise. */
  async tryAsync<Value>(check: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.faults.push(...error.faults);
      return undefined;
    }
  }

  /** Throws one InputError with every fault, if there is any. */
  throwIfAny(): void {
    if (this.faults.length > 0) throw new InputError(this.faults);
  }
}
