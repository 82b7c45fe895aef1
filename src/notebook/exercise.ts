import { Report } from "../print/report.js";

/** What an exercise holds until it is done: fits every type, and its check says "not done yet". */
export const todo: never = Object.freeze({ toString: () => "not done yet" }) as never;

/** What a right answer is, and what helps to find it. */
export interface Expectation<Answer> {
  readonly expected: Answer;
  /** How far a number may be off; exact when left out. */
  readonly within?: number;
  /** Shown while the answer is not right. */
  readonly hint: string;
}

type Comparable = number | string | boolean;

/**
 * Says whether an answer is right, not right yet (with a hint), or not done yet. It never throws, so that a notebook
 * with open exercises runs through.
 *
 * @param exercise its number, such as "4.1".
 * @param answer what was put in place of `todo`.
 * @param expectation with `of`, what is compared is made of the answer first; `of` may be async.
 */
export function selfCheck<Answer, Made extends Comparable>(
  exercise: string,
  answer: Answer,
  expectation: Expectation<Made> & { of(answer: Answer): Promise<Made> },
): Promise<Report>;
export function selfCheck<Answer, Made extends Comparable>(
  exercise: string,
  answer: Answer,
  expectation: Expectation<Made> & { of(answer: Answer): Made },
): Report;
export function selfCheck<Answer extends Comparable>(
  exercise: string,
  answer: Answer,
  expectation: Expectation<Answer>,
): Report;
export function selfCheck(
  exercise: string,
  answer: unknown,
  expectation: Expectation<Comparable> & { of?(answer: unknown): unknown },
): Report | Promise<Report> {
  if (Object.is(answer, todo)) return new Report(`${exercise}: not done yet`, [], []);
  const { hint, of } = expectation;
  const judge = (value: unknown) =>
    isRight(value, expectation)
      ? new Report(`${exercise}: right`, [String(value)], [])
      : new Report(`${exercise}: not right yet`, [`you have ${String(value)}`, `hint: ${hint}`], []);
  const fail = (error: unknown) =>
    new Report(
      `${exercise}: not right yet`,
      [error instanceof Error ? error.message : String(error), `hint: ${hint}`],
      [],
    );
  try {
    const value = of === undefined ? answer : of(answer);
    return value instanceof Promise ? value.then(judge, fail) : judge(value);
  } catch (error) {
    return fail(error);
  }
}

function isRight(value: unknown, { expected, within = 0 }: Expectation<Comparable>): boolean {
  if (typeof value === "number" && typeof expected === "number") {
    return Math.abs(value - expected) <= within || Object.is(value, expected);
  }
  return value === expected;
}
