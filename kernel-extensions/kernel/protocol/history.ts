/** history_request: the cells of this session, newest kept. */

interface HistoryRequest {
  readonly hist_access_type?: string;
  readonly output?: boolean;
  readonly n?: number;
  readonly start?: number;
  readonly stop?: number;
  readonly pattern?: string;
  readonly unique?: boolean;
}

type Entry = [session: number, line: number, source: string | [source: string, output: null]];

const SESSION = 1;
const KEPT = 1000;

export class History {
  private entries: { readonly line: number; readonly code: string }[] = [];

  add(line: number, code: string): void {
    this.entries.push({ line, code });
    if (this.entries.length > KEPT) this.entries.shift();
  }

  reply(request: HistoryRequest): { status: "ok"; history: Entry[] } {
    const entry = ({ line, code }: { line: number; code: string }): Entry => [
      SESSION,
      line,
      request.output ? [code, null] : code,
    ];
    return { status: "ok", history: this.select(request).map(entry) };
  }

  private select({ hist_access_type, n, start = 0, stop, pattern = "*", unique }: HistoryRequest) {
    if (hist_access_type === "range") {
      return this.entries.filter(({ line }) => line >= start && (stop === undefined || line < stop));
    }
    if (hist_access_type !== "search") return this.entries.slice(-(n ?? KEPT));
    const wanted = globPattern(pattern);
    let found = this.entries.filter(({ code }) => wanted.test(code));
    if (unique)
      found = found.filter(({ code }, i) => found.findLastIndex((other) => other.code === code) === i);
    return n === undefined ? found : found.slice(-n);
  }
}

/** `*` and `?`, as in file names. */
function globPattern(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${text}$`, "s");
}
