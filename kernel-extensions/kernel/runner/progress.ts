/** `for await (const b of progress(items))`: one bar that is updated in place, with the time left. */
import escapeHtml from "escape-html";
import { formatSeconds } from "../../../src/print/number";
import { type Displayed, display } from "./display";

/** The bar is redrawn this often at most. */
const EVERY_MS = 100;

/** How far some work has come. */
export interface Step {
  /** What is being done. */
  readonly stage?: string;
  /** The share that is done, 0–1. */
  readonly done: number;
  readonly secondsLeft?: number | undefined;
}

/** One bar in a cell's output. */
export class Bar {
  private shown: Displayed | undefined;
  private drawn = Number.NEGATIVE_INFINITY;
  private readonly started = Date.now();

  constructor(private readonly title = "") {}

  update(step: Step): void {
    const now = Date.now();
    if (now - this.drawn < EVERY_MS && step.done < 1) return;
    this.drawn = now;
    const bundle = barBundle(this.title, step, (now - this.started) / 1000);
    const value = { toMimeBundle: () => bundle };
    if (this.shown) this.shown.update(value);
    else this.shown = display(value);
  }
}

function barBundle(title: string, { stage, done, secondsLeft }: Step, seconds: number) {
  const left = secondsLeft ?? (done > 0.01 ? (seconds * (1 - done)) / done : undefined);
  const time = done >= 1 ? formatSeconds(seconds) : left === undefined ? "" : `${formatSeconds(left)} left`;
  const words = [title, `${Math.floor(100 * done)}%`, stage ?? "", time].filter((part) => part !== "");
  const text = words.join(" · ");
  const html = `<progress max="1" value="${done.toFixed(4)}" aria-label="${escapeHtml(text)}"></progress> <span>${escapeHtml(text)}</span>`;
  return { "text/plain": text, "text/html": html };
}

/** The items, with a bar that follows them. An item counts as done when the next one is asked for. */
export async function* progress<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  total = sizeOf(items),
): AsyncGenerator<Item, void, undefined> {
  const bar = new Bar();
  let count = 0;
  const tell = (done: number): void =>
    bar.update({ done, stage: total === undefined ? `${count} done` : `${count} of ${total}` });
  tell(0);
  for await (const item of items) {
    yield item;
    count++;
    if (total === undefined || count < total) tell(total === undefined ? 0 : count / total);
  }
  tell(1);
}

function sizeOf(items: unknown): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  if (typeof length === "number") return length;
  return typeof size === "number" ? size : undefined;
}
