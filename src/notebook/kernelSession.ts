/** A kernel on a Jupyter server, through the services that JupyterLab itself uses. */
import type { Kernel, ServerConnection, Session } from "@jupyterlab/services";
import type WebSocket from "ws";
import { BlmmError } from "../errors.js";
import { kernelName } from "./jupyter.js";
import type { ServerAddress } from "./jupyterServer.js";

/** A kernel and the promise that fails when it, or the connection to it, is gone. */
export interface RunningKernel {
  readonly kernel: Kernel.IKernelConnection;
  readonly gone: Promise<never>;
}

/**
 * Starts a kernel for a notebook, works with it, and ends it.
 * @param name the kernel's name.
 * @param path the notebook's path on the server; the kernel runs in its folder.
 * @throws BlmmError where the server does not answer or has no such kernel, and what the work throws.
 */
export async function withKernel<Result>(
  server: ServerAddress,
  name: string,
  path: string,
  work: (running: RunningKernel) => Promise<Result>,
): Promise<Result> {
  const loud = quietServices();
  try {
    const services = await import("@jupyterlab/services");
    const serverSettings = services.ServerConnection.makeSettings(await connectionTo(server));
    const kernel = { name: await kernelOf(name, server, services.KernelSpecAPI, serverSettings) };
    const kernelManager = new services.KernelManager({ serverSettings, standby: "never" });
    const sessions = new services.SessionManager({ serverSettings, kernelManager, standby: "never" });
    let session: Session.ISessionConnection | undefined;
    try {
      session = await sessions.startNew({ path, name: path, type: "notebook", kernel });
      if (session.kernel === null) throw new BlmmError("the server started no kernel");
      return await work({ kernel: session.kernel, gone: goneOf(session.kernel) });
    } finally {
      if (session !== undefined) await shutDown(session.id, services.SessionAPI, serverSettings);
      for (const part of [session, sessions, kernelManager]) part?.dispose();
    }
  } finally {
    await loud();
  }
}

function goneOf(kernel: Kernel.IKernelConnection): Promise<never> {
  const gone = new Promise<never>((_, reject) => {
    kernel.statusChanged.connect((_sender, status) => {
      if (status === "dead") reject(new BlmmError("the kernel died and could not be started again"));
    });
    kernel.connectionStatusChanged.connect((_sender, status) => {
      if (status === "disconnected") reject(new BlmmError("the connection to the kernel was lost"));
    });
  });
  gone.catch(() => undefined);
  return gone;
}

/**
 * The services write of every connection to the console, and leave promises of their own rejected when a connection is
 * cut on purpose, which ends a process. Returns what undoes it.
 */
function quietServices(): () => Promise<void> {
  const { debug, warn, error } = console;
  console.debug = console.warn = console.error = () => undefined;
  const onRejection = (reason: unknown): void => {
    if (reason instanceof Error && /^(Kernel connection|Canceled future)/.test(reason.message)) return;
    throw reason;
  };
  process.on("unhandledRejection", onRejection);
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onRejection);
    Object.assign(console, { debug, warn, error });
  };
}

/** By its address: the session's own method refuses where the kernel is gone. */
async function shutDown(
  id: string,
  api: typeof import("@jupyterlab/services").SessionAPI,
  settings: ServerConnection.ISettings,
): Promise<void> {
  // A server that is about to start a kernel again after it died fails to end it.
  for (let tries = 0; tries < 20; tries++) {
    const gone = await api.shutdownSession(id, settings).then(
      () => true,
      () => false,
    );
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The name of the kernel, where the server has it. */
async function kernelOf(
  wanted: string,
  server: ServerAddress,
  api: typeof import("@jupyterlab/services").KernelSpecAPI,
  settings: ServerConnection.ISettings,
): Promise<string> {
  const specs = await api.getSpecs(settings).catch((error: Error & { response?: Response }) => {
    if (error.response?.status === 403) {
      throw new BlmmError(
        `the Jupyter server at ${server.url} refuses the token (--server http://…/?token=…)`,
      );
    }
    // A server without any kernel answers so.
    if (error.response !== undefined) return undefined;
    throw new BlmmError(`no Jupyter server answers at ${server.url}`);
  });
  const names = Object.keys(specs?.kernelspecs ?? {});
  if (names.includes(wanted)) return wanted;
  const has = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  const hint =
    wanted === kernelName
      ? "`npx blmm kernel install` installs it, `npm run build` builds the one of the checkout."
      : 'Choose the kernel "BLMM (TypeScript)" in JupyterLab and save the notebook.';
  throw new BlmmError(
    `the kernel ${JSON.stringify(wanted)} is not installed for this Jupyter server (${has}). ${hint}`,
  );
}

async function connectionTo({ url, token }: ServerAddress): Promise<Partial<ServerConnection.ISettings>> {
  const { default: Socket } = await import("ws");
  /** Without the limit of 100 MB that a message has by default. */
  class UnlimitedSocket extends Socket {
    constructor(address: string, protocols?: string | string[], options: WebSocket.ClientOptions = {}) {
      super(address, protocols, { ...options, maxPayload: 0 });
    }
  }
  return {
    baseUrl: url,
    wsUrl: url.replace(/^http/, "ws"),
    token,
    appendToken: true,
    WebSocket: UnlimitedSocket as unknown as ServerConnection.ISettings["WebSocket"],
  };
}
