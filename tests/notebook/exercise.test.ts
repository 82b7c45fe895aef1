import { expect, test } from "vitest";
import { AbortedError, InputError } from "../../src/errors";
import { attempt } from "../../src/notebook/attempt";
import { selfCheck, todo } from "../../src/notebook/exercise";

const hint = "count them";

test.each([
  ["not done yet", todo, "1.1: not done yet"],
  ["right", 3, "1.1: right"],
  ["within the tolerance", 3.05, "1.1: right"],
  ["beyond it", 3.2, "1.1: not right yet"],
  ["no number at all", Number.NaN, "1.1: not right yet"],
])("a number %s", (_, answer: number, heading) => {
  expect(selfCheck("1.1", answer, { expected: 3, within: 0.1, hint }).heading).toBe(heading);
});

test("what is not right gets a hint", () => {
  const wrong = selfCheck("1.1", "b", { expected: "a", hint });
  expect(wrong.lines).toEqual(["you have b", "hint: count them"]);
});

test("an answer is made into what is compared, once there is one, also later; its errors are shown", async () => {
  const of = (rows: string[]) => rows.join();
  expect(selfCheck("2", todo as string[], { of, expected: "a,b", hint }).heading).toBe("2: not done yet");
  expect(selfCheck("2", ["a", "b"], { of, expected: "a,b", hint }).heading).toBe("2: right");
  const fails = (): string => {
    throw new InputError({ found: "no column" });
  };
  expect(selfCheck("2", ["a"], { of: fails, expected: "a", hint }).lines[0]).toBe("no column");
  const later = async (answer: number) => (answer > 1 ? fails().length : answer);
  expect((await selfCheck("2", 1, { of: later, expected: 1, hint })).heading).toBe("2: right");
  expect((await selfCheck("2", 2, { of: later, expected: 1, hint })).heading).toBe("2: not right yet");
});

test("attempt shows an error as a note, and lets an interrupt through", async () => {
  const note = await attempt(async () => {
    throw new InputError({ key: "X", found: "3 rows", expected: "4" });
  });
  expect([note.heading, note.lines]).toEqual(["InputError", ["X: 3 rows; expected 4"]]);
  expect((await attempt(() => "fine\nand more")).lines).toEqual(["fine"]);
  await expect(attempt(() => Promise.reject(new AbortedError("stopped")))).rejects.toThrow("stopped");
});
