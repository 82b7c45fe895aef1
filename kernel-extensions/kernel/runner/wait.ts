/**
 * tslab defect 6: an interrupted async cell goes on running.
 * Every `await x` written in a cell is compiled to `await $wait(x)`, which an interrupt rejects.
 */
import { currentCell, type RunningCell } from "./currentCell";

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Code that swallows the interrupt is told again, a turn later each time; once its cell is over it waits for ever. */
function afterInterrupt(cell: RunningCell): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      if (!cell.over) reject(cell.abort.signal.reason as Error);
    }, 5);
  });
}

export function wait(value: unknown): unknown {
  const cell = currentCell();
  if (cell.interrupted) return afterInterrupt(cell);
  if (!isThenable(value)) return value;
  return new Promise((resolve, reject) => {
    const stop = (reason: Error): void => {
      cell.waiting.delete(stop);
      reject(reason);
    };
    cell.waiting.add(stop);
    value.then(
      (result) => {
        cell.waiting.delete(stop);
        resolve(result);
      },
      (error: unknown) => {
        cell.waiting.delete(stop);
        reject(error);
      },
    );
  });
}

/** The same for `for await`. */
export function waitEach(items: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const source =
        (items as AsyncIterable<unknown>)[Symbol.asyncIterator]?.() ??
        (items as Iterable<unknown>)[Symbol.iterator]();
      return {
        next: () => Promise.resolve(wait(source.next())) as Promise<IteratorResult<unknown>>,
        return: async (value?: unknown) => (await source.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
