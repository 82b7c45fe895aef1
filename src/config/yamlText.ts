import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { InputError } from "../errors.js";

/** A yml file that remembers on which line its keys stand. */
export interface YamlText {
  readonly value: unknown;
  lineOf(...path: readonly (string | number)[]): number | undefined;
}

/**
 * Parses yml.
 *
 * @throws InputError with the line of every syntax error.
 */
export function parseYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new InputError(
      document.errors.slice(0, 5).map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        found: `broken yml: ${error.message.replace(/\.$/, "")}`,
      })),
    );
  }
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  return {
    value: document.toJS(),
    lineOf: (...path) => {
      let node: Node | null | undefined = document.contents as Node | null;
      let offset: number | undefined;
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find(({ key }) => String(key) === String(step));
          if (pair === undefined) return offset === undefined ? undefined : lineAt(offset);
          offset = (pair.key as Node).range?.[0];
          node = pair.value as Node | null;
        } else if (isSeq(node)) {
          node = node.items[Number(step)] as Node | null | undefined;
          offset = node?.range?.[0] ?? offset;
        } else break;
      }
      return lineAt(offset);
    },
  };
}
