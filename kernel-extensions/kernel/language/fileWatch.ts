/** tslab watches hundreds of files by timers; here the few that a person edits are looked at before each cell. */
import { statSync } from "node:fs";
import { compiler as ts } from "./tslabTypescript";

type Changed = (file: string, kind: number) => void;

const watched = new Map<string, { readonly changed: Changed; modified: number }>();

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Stands in for ts.sys.watchFile. */
export function watchFile(file: string, changed: Changed): { close(): void } {
  if (/[\\/]node_modules[\\/]/.test(file)) return { close: () => undefined };
  watched.set(file, { changed, modified: modified(file) });
  return { close: () => watched.delete(file) };
}

/** Tells the compiler of every file changed since it was last read. */
export function noticeChanges(): void {
  for (const [file, entry] of [...watched]) {
    const now = modified(file);
    if (now === entry.modified) continue;
    const kind =
      now === 0
        ? ts.FileWatcherEventKind.Deleted
        : entry.modified === 0
          ? ts.FileWatcherEventKind.Created
          : ts.FileWatcherEventKind.Changed;
    entry.modified = now;
    entry.changed(file, kind);
  }
}
