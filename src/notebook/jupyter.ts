import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The name of the kernel, of its folder and of the one of the JupyterLab extension. */
export const kernelName = "blmm";

/** The folder of the package: the checkout, or its folder in node_modules, of which `module` is a file. */
export function packageFolder(module: string): string {
  let folder = path.dirname(module);
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

/** The Python of the checkout's own environment. */
export function ownPython(root: string): string {
  return path.join(
    root,
    ".venv",
    ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
  );
}

/**
 * The environment of a Jupyter that sees the kernel and the extension of this package, and keeps everything it
 * writes in one folder: nothing of the user's own Jupyter is read or written.
 * @param root the package's folder.
 * @param folder what the server may write to; its subfolders are made, for this user only.
 */
export function jupyterEnvironment(root: string, folder: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(JUPYTER|JPY|IPYTHON|PYTHON)/.test(name)) env[name] = value;
  }
  const folders = {
    JUPYTER_CONFIG_DIR: "config",
    JUPYTER_DATA_DIR: "data",
    JUPYTER_RUNTIME_DIR: "runtime",
    JUPYTERLAB_SETTINGS_DIR: "lab/settings",
    JUPYTERLAB_WORKSPACES_DIR: "lab/workspaces",
    IPYTHONDIR: "ipython",
  };
  for (const [name, below] of Object.entries(folders)) {
    env[name] = path.join(folder, below);
    mkdirSync(path.join(folder, below), { recursive: true, mode: 0o700 });
  }
  env.JUPYTER_PATH = path.join(root, "dist");
  env.PYTHONUTF8 = "1";
  // A file random.py beside a notebook is not Python's.
  env.PYTHONSAFEPATH = "1";
  env.PYTHONDONTWRITEBYTECODE = "1";
  // The kernelspec says `node`: the one that runs this.
  env.PATH = [path.dirname(process.execPath), env.PATH ?? ""].join(path.delimiter);
  return env;
}

/**
 * The arguments with which Python runs a server that stops when the process that started it is gone, however that ended:
 * it waits for the end of its standard input, which is to be a pipe.
 * @param module whose `main` it is, such as `jupyter_server.serverapp`.
 */
export function serverArguments(module: string): string[] {
  const program = [
    "import os, signal, threading",
    "def wait():",
    "    while os.read(0, 4096): pass",
    "    os.kill(os.getpid(), signal.SIGTERM)",
    "threading.Thread(target=wait, daemon=True).start()",
    `from ${module} import main`,
    "main()",
  ];
  return ["-c", program.join("\n")];
}

/**
 * Writes the configuration of a server into the folder of `jupyterEnvironment`, where it differs from what is there.
 * @param files which folder the server shows.
 */
export function writeServerConfig(folder: string, files: string): void {
  const server = {
    ServerApp: {
      ip: "127.0.0.1",
      allow_remote_access: false,
      port_retries: 0,
      root_dir: files,
      // It looks for language servers with npm, whose log lands in the home folder.
      jpserver_extensions: { jupyter_lsp: false },
    },
    // The server's own limit drops outputs of a cell that shows many.
    ZMQChannelsWebsocketConnection: { limit_rate: false },
    MappingKernelManager: { default_kernel_name: kernelName },
    KernelSpecManager: { ensure_native_kernel: false, allowed_kernelspecs: [kernelName] },
  };
  const lab = {
    LabApp: { news_url: null, check_for_updates_class: "jupyterlab.NeverCheckForUpdate" },
  };
  const page = { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } };
  write(path.join(folder, "config", "jupyter_server_config.json"), server);
  write(path.join(folder, "config", "jupyter_lab_config.json"), lab);
  write(path.join(folder, "config", "labconfig", "page_config.json"), page);
}

function write(file: string, content: object): void {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
