import { type MapsOfHemisphere, ResultsMaps } from "../document/mapsOfHemisphere.js";
import type { DesignResults } from "../document/openDesigns.js";
import type { DesignMaps } from "../document/viewDocument.js";
import type { Results } from "../results/results.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import { VIEW_COMM, type ViewOpening, type ViewReply, type ViewRequest } from "../viewer/viewProtocol.js";
import { aViewComes, prepareAnswers } from "./prepareAnswers.js";
import { receivedResults, type SentResults } from "./sentResults.js";
import { receivedMaps, type SentView, storeOf } from "./sentView.js";
import { type Answer, ViewServer } from "./viewServer.js";

/** A channel that a page opened, as the kernel gives it. */
export interface ViewComm {
  onMessage: ((data: ViewRequest) => unknown) | undefined;
  send(data: unknown, buffers?: readonly Uint8Array[]): void;
  close(data?: unknown): void;
}

interface Comms {
  onComm(target: string, handler: (comm: ViewComm, data: ViewOpening) => unknown): void;
}

/** Views that are answered at once: with the oldest go the results that no other shows. */
const MOST_VIEWS = 200;
/** A view is told of before it is shown; a thread that starts may hear of both at once. */
const LATE_MS = 50;

/**
 * Answers the pages of views, in the thread that the kernel lends for it.
 *
 * @returns takes the views that `serveView` gives.
 */
export function answer(comms: Comms): (view: SentView) => void {
  const views = new Map<string, View>();
  const results = new KnownResults();
  comms.onComm(VIEW_COMM, async (comm, { view = "" }) => {
    if (!views.has(view)) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    const known = views.get(view)?.server;
    if (known === undefined) {
      comm.close({ reason: "unknown view" });
      return;
    }
    comm.onMessage = async (request) => {
      const send = ({ reply, buffers }: Answer) => comm.send(reply, buffers);
      send(await answered(known, request, send));
    };
    const ready: ViewReply = { ready: true };
    comm.send(ready);
    // Not a part of the answer: while a comm is handled the kernel is busy.
    void known.then(({ served }) => prepareAnswers(served)).catch(() => undefined);
  });
  return (sent) => {
    aViewComes();
    const own = new Map(sent.results.map(([number, one]) => [number, results.get(number, one)]));
    const server = served(sent, own);
    // Who asks is told.
    server.catch(() => undefined);
    views.set(sent.document.id ?? "", { server, results: [...own.values()] });
    for (const view of views.keys()) {
      if (views.size <= MOST_VIEWS) break;
      views.delete(view);
    }
  };
}

async function answered(
  server: Promise<ViewServer>,
  asked: ViewRequest,
  before: (part: Answer) => void,
): Promise<Answer> {
  try {
    return await (await server).answer(asked, before);
  } catch (error) {
    const reply: ViewReply = {
      request: asked.request,
      error: error instanceof Error ? error.message : String(error),
    };
    return { reply, buffers: [] };
  }
}

/** A view that is answered for, and what it keeps in memory. */
interface View {
  readonly server: Promise<ViewServer>;
  readonly results: readonly Promise<Results>[];
}

/** Results that views of this thread share, as long as one of them is there. */
class KnownResults {
  private readonly known = new Map<number, WeakRef<Promise<Results>>>();

  get(number: number, sent: SentResults): Promise<Results> {
    const known = this.known.get(number)?.deref();
    if (known !== undefined) return known;
    const received = receivedResults(sent);
    this.known.set(number, new WeakRef(received));
    return received;
  }
}

async function served(sent: SentView, all: ReadonlyMap<number, Promise<Results>>): Promise<ViewServer> {
  const designs: DesignMaps[] = [];
  const results: DesignResults[] = [];
  for (const { key, name, notes, sides } of sent.designs) {
    const maps: { [H in Hemisphere]?: MapsOfHemisphere } = {};
    const own: { [H in Hemisphere]?: Results } = {};
    for (const side of ["lh", "rh"] as const) {
      const one = sides[side];
      if (one === undefined) continue;
      const found = "results" in one ? await all.get(one.results) : undefined;
      if (found !== undefined) {
        own[side] = found;
        maps[side] = ResultsMaps.of(found);
      } else if ("maps" in one) maps[side] = receivedMaps(one.maps);
    }
    designs.push({ key, name, notes, maps });
    if (Object.keys(own).length > 0) results.push({ key, name, results: own });
  }
  return new ViewServer({ designs, results, store: storeOf(sent, designs), unit: sent.unit });
}
