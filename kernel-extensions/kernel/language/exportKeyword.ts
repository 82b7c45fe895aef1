/** tslab defect 5: `export` in a cell fails. A cell shares everything anyway: the word is blanked, positions stay. */
import { compiler as ts } from "./tslabTypescript";

export function withoutExports(code: string): string {
  if (!code.includes("export")) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  let out = code;
  const blank = (start: number, end: number): void => {
    out = out.slice(0, start) + out.slice(start, end).replace(/[^\n]/g, " ") + out.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement))
      blank(statement.getStart(file), statement.expression.getStart(file));
    else if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier)
      blank(statement.getStart(file), statement.end);
    else if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? []) {
        const word =
          modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword;
        if (word) blank(modifier.getStart(file), modifier.end);
      }
    }
  }
  return out;
}
