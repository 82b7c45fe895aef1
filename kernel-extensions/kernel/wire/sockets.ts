/** The five sockets of a kernel. */
import { Publisher, Reply, Router } from "zeromq";
import { SendQueue } from "./sendQueue";

/** A connection file. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

export interface Channel {
  readonly queue: SendQueue;
  readonly incoming: AsyncIterable<Buffer[]>;
}

export interface Sockets {
  readonly shell: Channel;
  readonly control: Channel;
  readonly iopub: SendQueue;
  close(): void;
}

export async function openSockets(connection: Connection): Promise<Sockets> {
  const unlimited = { sendHighWaterMark: 0, linger: 1000 };
  const shell = new Router({ ...unlimited, receiveHighWaterMark: 0 });
  const control = new Router(unlimited);
  const stdin = new Router(unlimited);
  const iopub = new Publisher(unlimited);
  const heartbeat = new Reply();
  const address = (port: number): string => `${connection.transport}://${connection.ip}:${port}`;
  await Promise.all([
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    iopub.bind(address(connection.iopub_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  void answerHeartbeat(heartbeat);
  return {
    shell: { queue: new SendQueue(shell), incoming: shell },
    control: { queue: new SendQueue(control), incoming: control },
    iopub: new SendQueue(iopub),
    close: () => {
      for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
    },
  };
}

async function answerHeartbeat(heartbeat: Reply): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}
