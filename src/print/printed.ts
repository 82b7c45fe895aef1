import { Displayed } from "./displayed.js";

/** Something that prints itself well: as text in a terminal, as HTML in a notebook. */
export abstract class Printed extends Displayed<Record<string, string>> {
  abstract toHTML(): string;

  toMimeBundle(): Record<string, string> {
    return { "text/plain": this.toString(), "text/html": this.toHTML() };
  }
}
