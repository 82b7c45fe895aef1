/** tslab's converter with the hooks in place: TypeScript cells in, JavaScript and diagnostics out. */
import { join, relative, resolve } from "node:path";
import type * as Converter from "tslab/dist/converter";
import type { CustomTransformers, Diagnostic, SourceFile, WriteFileCallback } from "typescript";
import type { CompiledModule } from "../shared/runnerMessages";
import { createCellProgram } from "./cellProgram";
import { compilerOptions } from "./compilerOptions";
import { withoutExports } from "./exportKeyword";
import { unescapedExports } from "./exportSuffix";
import { noticeChanges, watchFile } from "./fileWatch";
import { RebuildTimers } from "./rebuildTimers";
import { sharedShorthand } from "./shorthandTransformer";
import { stoppableAwait } from "./stoppableAwait";
import { stoppableLoops } from "./stoppableLoops";
import { install, compiler as ts } from "./tslabTypescript";

const GLOBALS = join(__dirname, "cellGlobals.d.ts");
const TOP_LEVEL_AWAIT = 1308;
const TOP_LEVEL_FOR_AWAIT = 1103;

export interface Fault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly file?: string | undefined;
  readonly code: number;
}

export interface Compiled {
  readonly js: string;
  readonly maps: readonly string[];
  readonly lastValue: string | undefined;
  readonly modules: readonly CompiledModule[];
  /** Declarations of everything that the cells so far share. */
  readonly declarations: string;
}

type Emit = (
  file: SourceFile | undefined,
  write: WriteFileCallback | undefined,
  token: undefined,
  declarationsOnly: boolean | undefined,
  transformers: CustomTransformers | undefined,
) => unknown;

interface Builder {
  emit: Emit;
  getProgram(): import("typescript").Program;
}

export class CellCompiler {
  converter: Converter.Converter;
  private readonly folder = process.cwd();
  private cellMap = "";
  private commonJsMap = "";
  private readonly timers = new RebuildTimers();
  private modules: CompiledModule[] = [];
  private moduleMap = "";

  /** @param root the checkout: where packages and `blmm` itself are found from any folder. */
  constructor(private readonly root: string) {
    Object.assign(ts.sys, { watchFile });
    install({
      createWatchCompilerHost: this.createHost.bind(this),
      transpileModule: this.transpile.bind(this),
      getPreEmitDiagnosticsOfFiles: allowForAwait,
    });
    this.converter = this.createConverter();
  }

  private createConverter(): Converter.Converter {
    const { createConverter } = require("tslab/dist/converter.js") as typeof Converter;
    return createConverter({ isJS: false, isBrowser: false });
  }

  /** Uses the converter; one that fails inside is replaced, and nothing is lost by that. */
  use<Result>(work: (converter: Converter.Converter) => Result): Result {
    noticeChanges();
    this.timers.runPending();
    try {
      return work(this.converter);
    } catch (error) {
      console.error("tslab's converter failed and is replaced:", error);
      this.timers.clear();
      this.converter = this.createConverter();
      return work(this.converter);
    }
  }

  /** @returns what to run, or what is wrong. */
  compile(declarations: string, code: string): Compiled | { readonly faults: readonly Fault[] } {
    const source = withoutExports(code);
    const converted = this.use((converter) => {
      this.modules = [];
      return converter.convert(declarations, source);
    });
    if (converted.diagnostics.length > 0) {
      return {
        faults: converted.diagnostics.map((d) => ({
          line: d.start.line + 1,
          column: d.start.character + 1,
          message: d.messageText,
          file: d.fileName,
          code: d.code,
        })),
      };
    }
    return {
      js: converted.output ?? "",
      maps: [this.commonJsMap, this.cellMap],
      lastValue: converted.lastExpressionVar,
      modules: this.modules,
      declarations: converted.declOutput ?? "",
    };
  }

  private createHost(
    files: string[],
    options: import("typescript").CompilerOptions,
    sys: import("typescript").System,
    _createProgram: unknown,
    ...rest: never[]
  ) {
    const read = sys.readFile.bind(sys);
    sys.readFile = (path, encoding) => {
      const text = read(path, encoding);
      return text !== undefined && path.endsWith("/__tslab__.ts") ? unescapedExports(text) : text;
    };
    this.timers.attach(sys);
    const create = ts.createWatchCompilerHost as unknown as (...args: unknown[]) => {
      afterProgramCreate?: (builder: Builder) => void;
    };
    const host = create(
      [...files, GLOBALS],
      compilerOptions(options, this.root),
      sys,
      createCellProgram,
      ...rest,
    );
    let given: ((builder: Builder) => void) | undefined;
    Object.defineProperty(host, "afterProgramCreate", {
      set: (after: (builder: Builder) => void) => (given = after),
      get: () => (builder: Builder) => given?.(this.hookEmit(builder)),
    });
    return host;
  }

  /** Adds the transformers, keeps the source map, and takes files beside the notebook out of tslab's hands. */
  private hookEmit(builder: Builder): Builder {
    const emit: Emit = (file, write, token, declarationsOnly, transformers) => {
      const checker = builder.getProgram().getTypeChecker();
      const isCell = file?.fileName.endsWith("/__tslab__.ts") ?? false;
      const shorthand = sharedShorthand(checker, (name) => name.endsWith("/__prev__.d.ts"));
      const before = [shorthand, stoppableAwait, stoppableLoops];
      const custom = isCell ? { ...transformers, before } : { before: [stoppableAwait, stoppableLoops] };
      return builder.emit(
        file,
        (name, data, ...others) => {
          if (name.endsWith(".js.map")) {
            if (isCell) this.cellMap = data;
            else this.moduleMap = data; // the map of a file comes before the file
          } else if (isCell) write?.(besideRoot(name), withoutMapLink(data), ...others);
          else if (name.endsWith(".js") && file) this.addModule(file.fileName, data);
        },
        token,
        declarationsOnly,
        custom,
      );
    };
    return Object.create(builder, { emit: { value: emit } }) as Builder;
  }

  private addModule(file: string, data: string): void {
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      sourceMap: true,
    };
    const { outputText, sourceMapText = "" } = ts.transpileModule(data, {
      fileName: "module.js",
      compilerOptions,
    });
    const path = `${resolve(file).replace(/\.[jt]sx?$/, "")}.js`;
    this.modules.push({ path, file, js: withoutMapLink(outputText), maps: [sourceMapText, this.moduleMap] });
  }

  private transpile(input: string, options: import("typescript").TranspileOptions) {
    const compilerOptions = { ...options.compilerOptions, sourceMap: true };
    const result = ts.transpileModule(input, { ...options, compilerOptions });
    this.commonJsMap = result.sourceMapText ?? "";
    return { ...result, outputText: withoutMapLink(result.outputText) };
  }

  get notebookFolder(): string {
    return this.folder;
  }
}

const withoutMapLink = (js: string): string => js.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");

/** With the root of the disk as rootDir, files outside the notebook's folder compile; tslab expects the cell's own name. */
function besideRoot(name: string): string {
  return name.replace(/^outDir\/.*\/(__tslab__\.[a-z.]+)$/, "outDir/$1");
}

/** tslab drops what is wrong in files outside the notebook's folder: it is reported at the top of the cell. */
function outsideFaults(diagnostics: readonly Diagnostic[], cell: SourceFile | undefined): Diagnostic[] {
  return diagnostics.map((d) => {
    if (!d.file || !cell || !relative(process.cwd(), d.file.fileName).startsWith("..")) return d;
    const { line } = ts.getLineAndCharacterOfPosition(d.file, d.start ?? 0);
    const text = ts.flattenDiagnosticMessageText(d.messageText, "\n");
    const messageText = `${relative(process.cwd(), d.file.fileName)}, line ${line + 1}: ${text}`;
    const start = cell.statements[1]?.getStart() ?? cell.end; // the first statement is tslab's
    return { ...d, file: cell, start, length: 0, messageText };
  });
}

/** tslab defect: `for await` at the top of a cell is refused while `await` is not. It is the same to tslab from here. */
function allowForAwait(...args: unknown[]): Diagnostic[] {
  const original = (ts as unknown as { getPreEmitDiagnosticsOfFiles(...args: unknown[]): Diagnostic[] })
    .getPreEmitDiagnosticsOfFiles;
  const cell = (args[1] as readonly SourceFile[])[0];
  const diagnostics = outsideFaults(original(...args), cell);
  return diagnostics.map((d) => (d.code === TOP_LEVEL_FOR_AWAIT ? { ...d, code: TOP_LEVEL_AWAIT } : d));
}
