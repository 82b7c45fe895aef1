import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { InputError } from "../errors.js";

/** A yml file that remembers on which line its keys stand. */
export interface YamlText {
  readonly value: unknown;
  /** What is odd but not wrong, such as a tag that means nothing; one sentence each. */
  readonly warnings: readonly string[];
  lineOf(...path: readonly (string | number)[]): number | undefined;
}

/**
 * Parses yml.
 *
 * @throws InputError with the line of every syntax error.
 */
export function parseYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parsed(text, file, lines);
  if (document.errors.length > 0) {
    throw new InputError(
      document.errors.slice(0, 5).map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        found: `broken yml: ${error.message.replace(/\.$/, "")}`,
        expected: "yml, such as `X: design.csv`",
      })),
    );
  }
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : lines.linePos(offset).line;
  return {
    value: valuesIn(document, file),
    warnings: document.warnings.map(
      ({ message, pos }) => `${file}, line ${lines.linePos(pos[0]).line}: ${message.replace(/\.$/, "")}`,
    ),
    lineOf: (...path) => {
      let node: Node | null | undefined = document.contents as Node | null;
      let offset: number | undefined;
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find(({ key }) => String(key) === String(step));
          if (pair === undefined) return lineAt(offset);
          offset = (pair.key as Node | null)?.range?.[0] ?? offset;
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

function parsed(text: string, file: string, lines: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  } catch {
    // The parser goes down the levels by calling itself.
    throw tooDeep(file);
  }
}

function valuesIn(document: Document, file: string): unknown {
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    throw new InputError({
      file,
      found: "aliases (*name) that lead nowhere, or to too much",
      expected: "values written out",
    });
  }
  try {
    JSON.stringify(value);
  } catch {
    throw tooDeep(file);
  }
  return value;
}

function tooDeep(file: string): InputError {
  return new InputError({
    file,
    found: "lists or keys within one another without end",
    expected: "the keys of blmm_inputs.yml",
  });
}
