import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { BlmmError } from "../errors.js";

/**
 * The environment variables with which any Jupyter sees the kernel and the extension of this package.
 * @param root the package's folder.
 * @throws BlmmError where the package is not built.
 */
export function kernelVariables(root: string): Readonly<Record<string, string>> {
  const dist = path.join(root, "dist");
  if (!existsSync(path.join(dist, "kernels"))) {
    throw new BlmmError(`there is no kernel in ${dist}. \`npm run build\` builds it.`);
  }
  return {
    JUPYTER_PATH: first(dist, process.env.JUPYTER_PATH),
    // A server reads there that it must not drop outputs of a cell that shows many.
    JUPYTER_CONFIG_PATH: first(path.join(dist, "config"), process.env.JUPYTER_CONFIG_PATH),
    ...nodeVariable(),
  };
}

function first(folder: string, others: string | undefined): string {
  const rest = (others ?? "").split(path.delimiter).filter((other) => other !== "" && other !== folder);
  return [folder, ...rest].join(path.delimiter);
}

/** The kernelspec says `node`: PATH is given only where that is another Node.js than this one. */
function nodeVariable(): Readonly<Record<string, string>> {
  // npx puts folders of its own in front, for this process alone.
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => !/node_modules[/\\](\.bin|npm|@npmcli)/.test(folder));
  const found = folders.map((folder) => path.join(folder, "node")).find((file) => existsSync(file));
  if (found !== undefined && realpathSync(found) === realpathSync(process.execPath)) return {};
  return { PATH: [path.dirname(process.execPath), ...folders].join(path.delimiter) };
}
