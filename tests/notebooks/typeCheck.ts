import { createRequire } from "node:module";
import path from "node:path";
import { compilerOptions } from "../../kernel-extensions/kernel/language/compilerOptions";
import { claimsOf, codeOf } from "../../scripts/notebookSource.mjs";

type Source = Parameters<typeof codeOf>[0];

const root = path.resolve(import.meta.dirname, "../..");
// The compiler of the kernel, which is older than the checkout's.
const ts: typeof import("typescript") = createRequire(
  createRequire(path.join(root, "package.json")).resolve("tslab"),
)("@tslab/typescript-for-tslab");

/** All cells of a notebook as one module, and where each begins. */
function moduleOf(source: Source, copy: "student" | "teacher"): { text: string; starts: [number, string][] } {
  const starts: [number, string][] = [];
  let text = "";
  const add = (id: string, code: string) => {
    starts.push([text.split("\n").length, id]);
    text += `${code}\n`;
  };
  for (const { id, text: code } of codeOf(source, copy)) add(id, code);
  if (copy === "teacher")
    for (const { id, code } of claimsOf(source)) add(`claim in ${id}`, `void (${code});`);
  return { text: `${text}export {};\n`, starts };
}

/** What the kernel would say of the cells of these notebooks: `04-fit, backends, line 2: …`. */
export function faultsOf(sources: readonly Source[], copy: "student" | "teacher"): string[] {
  const folder = path.join(root, "notebooks");
  const modules = new Map(
    sources.map((source) => [
      path.join(folder, `${source.name}.${copy}.ts`),
      { source, ...moduleOf(source, copy) },
    ]),
  );
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "Node10",
      esModuleInterop: true,
      resolveJsonModule: true,
    },
    root,
  );
  const all = { ...compilerOptions(options, root), noEmit: true, sourceMap: false, skipLibCheck: true };
  const host = ts.createCompilerHost(all);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? readFile(file);
  host.getSourceFile = (file, target, ...rest) => {
    const module = modules.get(file);
    return module
      ? ts.createSourceFile(file, module.text, target)
      : getSourceFile.call(host, file, target, ...rest);
  };
  const globals = path.join(root, "kernel-extensions", "kernel", "cellGlobals.d.ts");
  const program = ts.createProgram([...modules.keys(), globals], all, host);
  return ts.getPreEmitDiagnostics(program).map((fault) => {
    const message = ts.flattenDiagnosticMessageText(fault.messageText, "\n");
    const module = fault.file && modules.get(fault.file.fileName);
    if (!fault.file || !module) return `${fault.file?.fileName ?? ""}: ${message}`;
    const line = fault.file.getLineAndCharacterOfPosition(fault.start ?? 0).line + 1;
    const [start, id] = module.starts.filter(([from]) => from <= line).at(-1) ?? [1, ""];
    return `${module.source.name}, ${id}, line ${line - start + 1}: ${message}`;
  });
}
