/** Something that shows itself: in a notebook by its MIME bundle, in a terminal by its words. */
export abstract class Displayed<Bundle extends Record<string, unknown> | Promise<Record<string, unknown>>> {
  abstract toString(): string;

  /** The same thing in every form a notebook front end may choose from. */
  abstract toMimeBundle(): Bundle;

  [Symbol.for("Jupyter.display")](): Bundle {
    return this.toMimeBundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
