import { AbortedError } from "../errors.js";
import { Report } from "../print/report.js";

/**
 * Runs something that may fail and shows its error as a note, so that the notebook runs on: for errors on purpose.
 *
 * @param action what to run; it may be async.
 * @returns the error in words, or "No error" and the first line of what came out.
 * @throws AbortedError when the cell is stopped meanwhile.
 */
export async function attempt(action: () => unknown): Promise<Report> {
  try {
    const value = await action();
    return new Report("No error", value === undefined ? [] : [String(value).split("\n")[0]], []);
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    if (!(error instanceof Error)) return new Report("Error", [String(error)], []);
    return new Report(error.name, error.message.split("\n"), []);
  }
}
