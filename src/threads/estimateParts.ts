import {
  allocateEstimates,
  bytesOfRow,
  copyEstimates,
  type Estimates,
  joinEstimates,
  rowsOf,
} from "../solver/estimates.js";

/** More than this is not set aside before it is known how many vertices are kept. */
const LARGEST_ROOM = 2 ** 30;

/**
 * The estimates of a study whose vertices are fitted part by part: they go into one piece of memory, so that there is
 * never a second copy of them; only where that might be far too much, they are joined in the end.
 */
export class EstimateParts {
  private readonly parts: Estimates[] = [];
  private readonly room: Estimates | undefined;
  private filled = 0;

  /** @param most vertices that may be kept; zero where the first part is the whole. */
  constructor(
    private readonly p: number,
    private readonly q: number,
    most: number,
  ) {
    const isKnown = most > 0 && most * bytesOfRow(p, q) <= LARGEST_ROOM;
    this.room = isKnown ? allocateEstimates(new Int32Array(most), p, q) : undefined;
  }

  /** Parts that have been kept. */
  get count(): number {
    return this.parts.length;
  }

  /** Makes room for the next part. */
  allocate(vertices: Int32Array): Estimates {
    const { p, q, room, filled } = this;
    if (room === undefined) return allocateEstimates(vertices, p, q);
    const part = rowsOf(room, filled, filled + vertices.length);
    part.vertices.set(vertices);
    return part;
  }

  /** Keeps the part that room was made for: itself, or what was selected of it. */
  keep(part: Estimates): void {
    this.parts.push(part);
    const { room, filled } = this;
    if (room === undefined) return;
    const to = filled + part.vertices.length;
    const own = rowsOf(room, filled, to);
    if (part.vertices.buffer !== own.vertices.buffer) copyEstimates(part, own);
    this.filled = to;
  }

  /** All of them; called once. */
  whole(): Estimates {
    const parts = this.parts.splice(0);
    if (this.room !== undefined) return rowsOf(this.room, 0, this.filled);
    return parts.length === 1 ? parts[0] : joinEstimates(parts);
  }
}
