/** `require` of a cell: TypeScript files beside the notebook, then packages from there, then those of the checkout. */
import Module, { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";

import type { CompiledModule } from "../shared/runnerMessages";
import { rememberModule } from "./stackTrace";

type Require = (id: string) => unknown;

interface Compilable extends Module {
  _compile(code: string, file: string): void;
}

export class Modules {
  private readonly compiled = new Map<string, string>();
  private readonly loaded = new Map<string, Module>();

  constructor(
    private readonly root: string,
    private readonly extras: Readonly<Record<string, unknown>>,
  ) {}

  /** New or changed TypeScript files; what imports them is loaded anew. */
  update(modules: readonly CompiledModule[]): void {
    if (modules.length > 0) this.loaded.clear();
    for (const { path, file, js, maps } of modules) {
      this.compiled.set(path, js);
      rememberModule(path, file, maps);
    }
  }

  requireFrom(folder: string): Require {
    const near = createRequire(join(folder, "cell.js"));
    const far = createRequire(join(this.root, "package.json"));
    return (id) => {
      if (id in this.extras) return this.extras[id];
      const own = /^\.{0,2}\//.test(id) ? this.load(resolve(folder, id)) : undefined;
      if (own) return own.exports;
      try {
        return near(id);
      } catch (error) {
        const missing =
          (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && String(error).includes(`'${id}'`);
        if (!missing || id.startsWith(".")) throw error;
        return far(id);
      }
    };
  }

  private load(path: string): Module | undefined {
    const file =
      extname(path) === ".ts" ? path.replace(/\.ts$/, ".js") : this.compiled.has(path) ? path : `${path}.js`;
    const code = this.compiled.get(file);
    if (code === undefined) return undefined;
    const cached = this.loaded.get(file);
    if (cached) return cached;
    const module = new Module(file) as Compilable;
    module.filename = file;
    module.require = this.requireFrom(dirname(file)) as NodeJS.Require;
    this.loaded.set(file, module);
    module._compile(code, file);
    return module;
  }
}
