import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { installKernel, jupyterDataFolder, uninstallKernel } from "../notebook/installKernel.js";
import { packageFolder } from "../notebook/jupyter.js";
import { kernelVariables } from "../notebook/kernelVariables.js";

/** Adds `blmm kernel install`, `uninstall` and `env`. */
export function addKernelCommands(program: Command): void {
  const root = packageFolder(fileURLToPath(import.meta.url));
  const kernel = program
    .command("kernel")
    .description("make the TypeScript kernel and the JupyterLab extension known to a Jupyter of your own");
  placed(kernel.command("install"))
    .description("install them for this user, or for one environment")
    .action(({ prefix }: Place) => {
      const data = jupyterDataFolder(prefix);
      const installed = installKernel(root, data);
      process.stdout.write(
        [
          ...installed.map((folder) => `Installed ${folder}`),
          "Restart JupyterLab, or reload its page, and choose the kernel BLMM (TypeScript).",
          "For cells that show thousands of outputs start it with --ZMQChannelsWebsocketConnection.limit_rate=False.",
          `They run from ${root}: after moving it, install again.\n`,
        ].join("\n"),
      );
    });
  placed(kernel.command("uninstall"))
    .description("take them out again")
    .action(({ prefix }: Place) => {
      const removed = uninstallKernel(jupyterDataFolder(prefix));
      process.stdout.write(`${removed.map((folder) => `Removed ${folder}`).join("\n")}\n`);
    });
  kernel
    .command("env")
    .description('for one shell, without installing: eval "$(npx blmm kernel env)"')
    .action(() => {
      const lines = Object.entries(kernelVariables(root)).map(
        ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
      );
      process.stdout.write(`${lines.join("\n")}\n`);
    });
}

interface Place {
  readonly prefix?: string;
}

/** The two places that a kernel is installed in. */
function placed(command: Command): Command {
  return command
    .addOption(new Option("--user", "for this user (the default)").conflicts("prefix"))
    .option("--prefix <directory>", "for one environment, such as a venv or a conda environment");
}
