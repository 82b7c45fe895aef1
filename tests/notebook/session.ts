/** What the server tells of a notebook's session. */
interface Session {
  readonly path: string;
  readonly kernel: { readonly execution_state: string; readonly connections: number } | null;
}

/**
 * Waits until a page is connected to the kernel of the notebook at an address (`…/lab/tree/NOTEBOOK?token=…`), and
 * that kernel is idle. The page's own indicator says "idle" also before there is a session, and a cell that is run
 * then is met by the question for a kernel.
 */
export async function sessionConnected(address: string, seconds = 120): Promise<void> {
  const { origin, pathname, searchParams } = new URL(address);
  const notebook = decodeURIComponent(pathname).replace(/^.*\/lab\/tree\//, "");
  const until = Date.now() + 1000 * seconds;
  for (;;) {
    const answer = await fetch(`${origin}/api/sessions?token=${searchParams.get("token")}`);
    const sessions = (await answer.json()) as Session[];
    const kernel = sessions.find(({ path }) => path === notebook)?.kernel;
    if (kernel?.execution_state === "idle" && kernel.connections > 0) return;
    if (Date.now() > until)
      throw new Error(`no page is connected to an idle kernel of ${notebook}: ${JSON.stringify(sessions)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
