/**
 * tslab's converter lets TypeScript follow, at every cell and over again for one that declares something, which of
 * hundreds of files depends on which: more than half of the time that a cell of one line takes. What it asks of that is
 * what the cell itself depends on: here only this is followed, and only then.
 */
import type { BuilderProgram, CompilerOptions, CreateProgram, Program, SourceFile } from "typescript";
import { compiler as ts } from "./tslabTypescript";

/** What TypeScript 5.0 keeps of a file and does not declare. */
interface Resolved {
  readonly resolvedModules?: Each<{ readonly resolvedModule?: Found | undefined }>;
  readonly resolvedTypeReferenceDirectiveNames?: Each<{
    readonly resolvedTypeReferenceDirective?: Found | undefined;
  }>;
}

interface Each<Value> {
  forEach(take: (value: Value | undefined) => void): void;
}

interface Found {
  readonly resolvedFileName?: string | undefined;
}

/** The binder, which says what a file declares; a program that is asked for its types binds all of its files. */
const { bindSourceFile } = ts as unknown as {
  bindSourceFile(file: SourceFile, options: CompilerOptions): void;
};

/** Makes the program of a cell. */
export const createCellProgram: CreateProgram<BuilderProgram> = (...given) => {
  const builder = ts.createAbstractBuilder(...given);
  const program = builder.getProgram();
  // The converter reads the names that the cell declares before it asks for types.
  for (const file of program.getSourceFiles()) {
    if (file.fileName.endsWith("/__tslab__.ts")) bindSourceFile(file, program.getCompilerOptions());
  }
  const getAllDependencies = (file: SourceFile) => dependenciesOf(program, file);
  return Object.create(builder, { getAllDependencies: { value: getAllDependencies } }) as BuilderProgram;
};

/** The file and all that it imports, and what those import. */
function dependenciesOf(program: Program, first: SourceFile): string[] {
  const seen = new Set([first]);
  for (const file of seen) {
    for (const name of referencesOf(file)) {
      const found = program.getSourceFile(name);
      if (found !== undefined) seen.add(found);
    }
  }
  return [...seen].map(({ fileName }) => fileName);
}

function referencesOf(file: SourceFile): string[] {
  const names = file.referencedFiles.map(({ fileName }) =>
    ts.resolveTripleslashReference(fileName, file.fileName),
  );
  const add = (found: Found | undefined) => {
    if (found?.resolvedFileName !== undefined) names.push(found.resolvedFileName);
  };
  const { resolvedModules, resolvedTypeReferenceDirectiveNames } = file as Resolved;
  resolvedModules?.forEach((one) => {
    add(one?.resolvedModule);
  });
  resolvedTypeReferenceDirectiveNames?.forEach((one) => {
    add(one?.resolvedTypeReferenceDirective);
  });
  return names;
}
