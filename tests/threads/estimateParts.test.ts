import { describe, expect, test } from "vitest";
import { bytesOfRow, type Estimates, selectRows } from "../../src/solver/estimates";
import { EstimateParts } from "../../src/threads/estimateParts";

const [P, Q] = [3, 2];

/** Fills rows with numbers that say which vertex they are of. */
function fill(part: Estimates): void {
  for (const [name, values] of Object.entries(part)) {
    if (typeof values === "number" || name === "vertices") continue;
    const width = values.length / part.vertices.length;
    for (let k = 0; k < values.length; k++)
      values[k] = 100 * part.vertices[Math.floor(k / width)] + (k % width);
  }
}

function made(most: number): { readonly whole: Estimates; readonly rooms: Set<ArrayBufferLike> } {
  const parts = new EstimateParts(P, Q, most);
  const rooms = new Set<ArrayBufferLike>();
  for (const vertices of [[0, 2, 3], [], [7, 8, 11, 12], [20]]) {
    const part = parts.allocate(Int32Array.from(vertices));
    fill(part);
    rooms.add(part.beta.buffer);
    // One of the vertices cannot be kept.
    const keep = Int32Array.from(vertices.keys()).filter((row) => vertices[row] !== 8);
    parts.keep(keep.length === vertices.length ? part : selectRows(part, keep));
  }
  expect(parts.count).toBe(4);
  return { whole: parts.whole(), rooms };
}

describe.each([
  ["in one piece of memory", 30, 1],
  ["joined, where the number of vertices is not known", 0, 4],
])("estimates that come part by part, %s", (_, most, pieces) => {
  test("are those of all parts, one after the other", () => {
    const { whole, rooms } = made(most);
    expect(rooms.size).toBe(pieces);
    expect(Array.from(whole.vertices)).toEqual([0, 2, 3, 7, 11, 12, 20]);
    for (const [name, values] of Object.entries(whole)) {
      if (typeof values === "number" || name === "vertices") continue;
      const width = values.length / 7;
      const expected = Array.from(whole.vertices).flatMap((v) =>
        Array.from({ length: width }, (_, k) => 100 * v + k),
      );
      expect(Array.from(values), name).toEqual(expected);
    }
  });
});

test("a vertex takes the bytes of its arrays", () => {
  const part = new EstimateParts(P, Q, 0).allocate(Int32Array.from([4, 5]));
  const bytes = Object.values(part).reduce(
    (sum, values) => sum + (typeof values === "number" ? 0 : values.byteLength),
    0,
  );
  expect(bytesOfRow(P, Q)).toBe(bytes / 2);
});
