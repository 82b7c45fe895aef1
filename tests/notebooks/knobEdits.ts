/** One edit of a knob: the cell with another value, and what must be answered where the value is wrong. */
export interface KnobEdit {
  readonly title: string;
  readonly edited: string;
  /** What the error must say; undefined where the cell must run. */
  readonly answer: RegExp | undefined;
}

const KNOB = /^const (\w+)(?:: [^=]+)? = (.+?); \/\/ edit: (.+)$/gm;
/** The right names, by the compiler or by the library. */
const NAMES = /is not assignable to (parameter of )?type '.*".*'|expected one of|expected .*such as/;

/** The edits that the knobs of a cell offer, and wrong ones. */
export function editsOf(cell: string): KnobEdit[] {
  return [...cell.matchAll(KNOB)].flatMap(([line, name, value, offer]) => {
    const put = (choice: string) => cell.replace(line, line.replace(`= ${value};`, `= ${choice};`));
    const edit = (choice: string, answer?: RegExp): KnobEdit => ({
      title: `${name} = ${choice}`,
      edited: put(choice),
      answer,
    });
    const offered = /^[a-z]/.test(offer)
      ? [/such as (.+)$/.exec(offer)?.[1]]
      : offer.split(" | ").map((choice) => choice.replace(/ \([^)]*\)$/, "").trim());
    const right = offered
      .filter((choice) => choice !== undefined && choice !== value)
      .map((choice) => edit(choice ?? ""));
    const wrong = [
      ...(/^"[\w *+.]+"$/.test(value) ? [edit('"wrongName"', NAMES)] : []),
      // A cell that wraps the number around takes any.
      ...(/^a vertex number/.test(offer) && !cell.includes("% ")
        ? [edit("1e9", /a whole number from 0 to|no such vertex|not assignable/)]
        : []),
      ...(/^a number ≥ 0, such as 3/.test(offer) ? [edit("1e6")] : []),
    ];
    return [...right, ...wrong];
  });
}
