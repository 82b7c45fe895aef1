/** tslab defect 1: ZeroMQ sends that are not awaited are lost in bursts. One promise queue a socket cures it. */

interface Sender {
  send(frames: (Buffer | string | Uint8Array)[]): Promise<void>;
}

export class SendQueue {
  private readonly waiting: (Buffer | string | Uint8Array)[][] = [];
  private sending: Promise<void> | undefined;

  constructor(private readonly socket: Sender) {}

  /** Queues a message; messages leave in the order in which they came. */
  send(frames: (Buffer | string | Uint8Array)[]): void {
    this.waiting.push(frames);
    this.sending ??= this.drain();
  }

  /** Resolves when everything queued so far has left. */
  async flushed(): Promise<void> {
    while (this.sending) await this.sending;
  }

  private async drain(): Promise<void> {
    let next = 0;
    while (next < this.waiting.length) {
      const frames = this.waiting[next++];
      if (frames)
        await this.socket.send(frames).catch((error: unknown) => console.error("message not sent:", error));
      if (next === 1024) {
        this.waiting.splice(0, next);
        next = 0;
      }
    }
    this.waiting.length = 0;
    this.sending = undefined;
  }
}
