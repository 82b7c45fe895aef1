import { afterEach, describe, expect, test } from "vitest";
import { allocateBlocks } from "../../src/images/blocks.js";
import { allocateEstimates } from "../../src/solver/estimates.js";
import type { FitJob, ReadJob } from "../../src/threads/messages.js";
import { WorkerPool } from "../../src/threads/pool.js";

const memory = allocateBlocks(1, 64);
const columns = new Int32Array(1);

/** A job whose pieces take no time: no rows to read. */
const nothing: ReadJob = {
  kind: "read",
  memory,
  first: 0,
  places: new Int32Array(0),
  found: [],
  pieces: [
    { from: 0, to: 0 },
    { from: 0, to: 0 },
  ],
};
/** A job that no thread has heard of. */
const unknown: FitJob = {
  kind: "fit",
  study: 7,
  kept: {
    blocks: { ...memory, n: 1, order: columns, at: columns },
    estimates: allocateEstimates(columns, 1, 0),
    repeated: new Int32Array(new SharedArrayBuffer(8)),
  },
  pieces: [{ columns, rows: columns, missing: new Int32Array(0) }],
};

describe("jobs given before the one before has ended", () => {
  let pool: WorkerPool | undefined;
  afterEach(() => pool?.close());

  test("end one after the other, each with what its own threads said", async () => {
    const threads = new WorkerPool(2);
    pool = threads;
    const order: number[] = [];
    const run = async (k: number) => {
      const ends = await threads.run(nothing, () => {}, undefined);
      order.push(k);
      return ends;
    };
    const ends = await Promise.all([0, 1, 2, 3].map(run));
    expect(order).toEqual([0, 1, 2, 3]);
    expect(ends.map((replies) => replies.map(({ id, left }) => [id, left.length]))).toEqual(
      [0, 1, 2, 3].map((id) => [
        [id, 0],
        [id, 0],
      ]),
    );
  });

  test("all fail for the reason of the first that does", async () => {
    pool = new WorkerPool(2);
    const first = pool.run(unknown, () => {}, undefined);
    const second = pool.run(nothing, () => {}, undefined);
    const reasons = (await Promise.allSettled([first, second])).map((end) =>
      end.status === "rejected" ? String(end.reason) : "fulfilled",
    );
    expect(reasons[0]).toMatch(/before its study/);
    expect([reasons[0], "fulfilled"]).toContain(reasons[1]);
    await expect(pool.run(nothing, () => {}, undefined)).rejects.toThrow(/before its study/);
  });
});
