/** The inside of a thread that answers comms. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { CommEvent, ToRunner } from "../shared/runnerMessages";
import { ANSWER_FD, tell } from "./channel";
import { Comms } from "./comms";

type FromPage = {
  readonly head: Extract<ToRunner, { type: "comm" }>;
  readonly buffers: readonly Uint8Array[];
};

/** What the module of such a thread exports: it answers targets, and takes what `post` gives it. */
interface Answering {
  answer(comms: Pick<Comms, "onComm">): (message: unknown) => void;
}

const { file, port } = workerData as { file: string; port: MessagePort };

/** The latest request of each comm: what is sent belongs to it. */
const requests = new Map<string, string>();
const comms = new Comms((event: CommEvent, content, metadata, buffers) => {
  const cell = requests.get(content.comm_id) ?? "";
  tell({ type: "comm", cell, event, content, metadata }, buffers, ANSWER_FD);
});
const take = (require(file) as Answering).answer(comms);
parentPort?.on("message", take);
// After what the main thread had already posted.
setImmediate(() => {
  port.on("message", ({ head: { request, event, content }, buffers }: FromPage) => {
    requests.set(content.comm_id, request);
    comms
      .handle(
        event,
        content,
        buffers.map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength)),
      )
      .catch((error: unknown) => process.stderr.write(`${(error as Error)?.stack ?? error}\n`))
      .finally(() => {
        if (event === "comm_close") requests.delete(content.comm_id);
        tell({ type: "commHandled", request }, [], ANSWER_FD);
      });
  });
});
