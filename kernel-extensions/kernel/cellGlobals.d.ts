/** What a cell may use without importing it. */
interface DisplayOptions {
  /** A name to update it by, from any cell. */
  readonly id?: string;
  /** Replace what was shown under this id. */
  readonly update?: boolean;
  readonly metadata?: Record<string, unknown>;
}

/** Something shown, that can be replaced in place. */
interface DisplayedValue {
  readonly id: string;
  update(value: unknown): void;
}

/** A channel between a cell and the page; `Incoming` is the JSON that the page sends. */
interface CellComm<Incoming = Record<string, unknown>> {
  readonly id: string;
  readonly target: string;
  onMessage: ((data: Incoming, buffers: readonly Uint8Array[]) => unknown) | undefined;
  onClose: (() => unknown) | undefined;
  open(
    data?: unknown,
    buffers?: readonly Uint8Array[],
    metadata?: Record<string, unknown>,
  ): CellComm<Incoming>;
  send(data: unknown, buffers?: readonly Uint8Array[]): void;
  close(data?: unknown): void;
}

/** Shows a value the way it says it looks: `toMimeBundle()`, else as a table or as text. */
declare function display(value: unknown, options?: DisplayOptions): DisplayedValue;

/**
 * Goes through the items with a bar that is updated in place and says how much time is left.
 * @param total how many there are, where the items do not know it.
 */
declare function progress<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  total?: number,
): AsyncGenerator<Item, void, undefined>;

/** The kernel, as a cell sees it. */
declare const kernel: {
  /** A channel to the page. */
  comm<Incoming = Record<string, unknown>>(target: string): CellComm<Incoming>;
  /** Answers channels that the page opens. */
  onComm<Incoming = Record<string, unknown>>(
    target: string,
    handler: (comm: CellComm<Incoming>, data: Incoming, buffers: readonly Uint8Array[]) => unknown,
  ): void;
  /** Shows a MIME bundle as it is given. */
  displayBundle(data: Record<string, unknown>, options?: DisplayOptions): DisplayedValue;
  /** Empties the cell's output; with `wait`, when the next output comes. */
  clearOutput(wait?: boolean): void;
  /** Fires when the cell is interrupted. */
  readonly signal: AbortSignal;
};
