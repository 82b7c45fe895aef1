/** Something that prints itself well: as text in a terminal, as HTML in a notebook. */
export abstract class Printed {
  abstract toString(): string;
  abstract toHTML(): string;

  /** The same thing in every form a notebook front end may choose from. */
  toMimeBundle(): Record<string, string> {
    return { "text/plain": this.toString(), "text/html": this.toHTML() };
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toMimeBundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
