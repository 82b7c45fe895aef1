import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** A JupyterLab of the checkout, as `npm start` starts it. */
export class JupyterLab {
  private constructor(
    private readonly server: ChildProcess,
    private readonly port: number,
    private readonly token: string,
  ) {}

  static async start(): Promise<JupyterLab> {
    const port = await freePort();
    const token = randomBytes(12).toString("hex");
    const server = spawn(
      process.execPath,
      [path.join(root, "scripts", "start.mjs"), "--no-browser", "--port", `${port}`],
      { cwd: root, env: { ...process.env, JUPYTER_TOKEN: token }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer) => {
        said += text.toString();
        if (said.includes("Ctrl-C stops it")) resolve();
      };
      server.stdout?.on("data", hear);
      server.stderr?.on("data", hear);
      server.once("exit", () => reject(new Error(`JupyterLab did not start:\n${said}`)));
    });
    return new JupyterLab(server, port, token);
  }

  /** The address of a notebook in the checkout. */
  address(notebook: string): string {
    return `http://127.0.0.1:${this.port}/lab/tree/${notebook}?token=${this.token}&reset`;
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null) return;
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
