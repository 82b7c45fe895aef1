/** What a cell cannot do, said in words: end the process, read the keyboard. */
import { Readable } from "node:stream";

class CellCannot extends Error {
  override readonly name = "CellCannot";
}

export function refuse(): void {
  process.exit = ((code?: number | string) => {
    throw new CellCannot(
      `process.exit(${code ?? ""}) would end the kernel with all its variables. Use Restart, or throw an error.`,
    );
  }) as typeof process.exit;
  process.abort = () => {
    throw new CellCannot(
      "process.abort() would end the kernel with all its variables. Use Restart, or throw an error.",
    );
  };
  const keyboard = new Readable({
    read() {
      this.destroy(
        new CellCannot("This kernel does not read the keyboard. Set the value in a cell instead."),
      );
    },
  });
  Object.defineProperty(process, "stdin", { configurable: true, get: () => keyboard });
}
