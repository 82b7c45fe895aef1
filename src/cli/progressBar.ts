import { SingleBar } from "cli-progress";
import { formatSeconds } from "../print/number.js";
import type { FitProgress } from "../threads/fitImages.js";
import { STAGES } from "../threads/stages.js";

/** Shows how far a fit has come on stderr: a bar in a terminal, a line now and then elsewhere. */
export interface Progress {
  update(progress: FitProgress): void;
  stop(): void;
}

/** Progress for a command; `quiet` shows nothing. */
export function progressOn(stream: NodeJS.WriteStream, title: string, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return stream.isTTY ? bar(stream, title) : lines(stream, title);
}

function bar(stream: NodeJS.WriteStream, title: string): Progress {
  const single = new SingleBar({
    stream,
    format: `${title} {bar} {percentage}% {stage}{left}`,
    hideCursor: true,
    clearOnComplete: true,
  });
  single.start(1000, 0, { stage: STAGES.plan, left: "" });
  return {
    update: ({ stage, done, secondsLeft }) => {
      const left = secondsLeft === undefined ? "" : `, ${formatSeconds(secondsLeft)} left`;
      single.update(Math.round(1000 * done), { stage: STAGES[stage], left });
    },
    stop: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream, title: string): Progress {
  let told = -1;
  return {
    update: ({ stage, done, secondsLeft }) => {
      const tenth = Math.floor(10 * done);
      if (tenth <= told) return;
      told = tenth;
      const left = secondsLeft === undefined || done >= 1 ? "" : `, ${formatSeconds(secondsLeft)} left`;
      stream.write(`${title}: ${Math.round(100 * done)}% ${STAGES[stage]}${left}\n`);
    },
    stop: () => undefined,
  };
}
