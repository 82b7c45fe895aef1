import type { MapsOfHemisphere } from "../document/mapsOfHemisphere.js";
import type { DesignResults } from "../document/openDesigns.js";
import type { DesignMaps } from "../document/viewDocument.js";
import type { BlockStore } from "../document/writeBlock.js";
import { InputError } from "../errors.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import type { ViewReply, ViewRequest } from "../viewer/viewProtocol.js";
import { shownFirst } from "../viewer/withContrast.js";
import type { NewVolume } from "../viewer/withVolumes.js";
import { type Asked, contrastVolumes, statisticVolumes, type TypedContrast } from "./contrastVolumes.js";
import { typedContrast } from "./typedContrast.js";
import { vertexFigures } from "./vertexFigures.js";
import { vertexModel } from "./vertexModel.js";
import { vertexNumbers } from "./vertexNumbers.js";

/** What a view's page may ask about. */
export interface Served {
  readonly designs: readonly DesignMaps[];
  readonly results: readonly DesignResults[];
  readonly store: BlockStore;
  readonly unit: string;
}

/** An answer, with the bytes that travel beside it. */
export interface Answer {
  readonly reply: ViewReply;
  readonly buffers: readonly Uint8Array[];
}

/** The page draws what it has been sent: on few cores the rest would hold it up. */
const DRAWING_MS = 150;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let count = 0;

/** Answers what a page asks about one view. */
export class ViewServer {
  /** Typed contrasts by design, in the order in which they were typed. */
  private readonly typed = new Map<string, TypedContrast[]>();

  constructor(readonly served: Served) {}

  /**
   * Never throws: what goes wrong is an answer too.
   *
   * @param before takes a part of the answer that is there sooner.
   */
  async answer(asked: ViewRequest, before: (part: Answer) => void): Promise<Answer> {
    const { request } = asked;
    try {
      if ("block" in asked) return { reply: { request }, buffers: [this.block(asked.block)] };
      if ("contrast" in asked) {
        const { statistic } = asked;
        const answerOf = (volumes: readonly NewVolume[], more?: true): Answer => {
          const shown = shownFirst(volumes, asked.design, statistic);
          const blocks = Object.values(shown?.volume.values ?? {}).map(({ id }) => id);
          const reply = { request, volumes, blocks, ...(more === undefined ? {} : { more }) };
          return { reply, buffers: blocks.map((id) => this.block(id)) };
        };
        const contrasts = this.typedContrasts(asked.design, asked.contrast);
        const [first] = contrasts;
        if (first !== undefined && statistic !== undefined) {
          const soon = shownSoon(statisticVolumes(first, this.served.store, this.served.unit), statistic);
          if (soon !== undefined) {
            before(answerOf([soon], true));
            await pause(DRAWING_MS);
          }
        }
        return answerOf(await this.contrast(contrasts));
      }
      const { design, hemisphere, vertex, want } = asked;
      if (want === "numbers") {
        return { reply: { request, numbers: this.numbers(design, hemisphere, vertex) }, buffers: [] };
      }
      const results = this.resultsOf(design).results[hemisphere];
      if (results === undefined) throw this.unknown("hemisphere", hemisphere, ["lh", "rh"]);
      const figures = vertexFigures(await vertexModel(results, vertex), this.served.unit);
      return { reply: { request, figures }, buffers: [] };
    } catch (error) {
      return {
        reply: { request, error: error instanceof Error ? error.message : String(error) },
        buffers: [],
      };
    }
  }

  private block(id: string): Uint8Array {
    const bytes = this.served.store.read(id);
    if (bytes === undefined)
      throw new InputError({ found: `no map ${id}`, expected: "a map of these results" });
    return bytes;
  }

  /** A contrast, asked of the design that is shown and of every other. */
  private typedContrasts(design: string, text: string): Asked[] {
    const input = typedContrast(text);
    const first = this.resultsOf(design);
    const others = this.served.results.filter(({ key }) => key !== design);
    const id = `typed${++count}`;
    return [first, ...others].map((one) => ({ design: one, input, name: text, id }));
  }

  /** Its maps: of the first design, and of every other that has the columns for it. */
  private async contrast(contrasts: readonly Asked[]): Promise<NewVolume[]> {
    const { store, unit } = this.served;
    const volumes: NewVolume[] = [];
    for (const [k, asked] of contrasts.entries()) {
      // Who asks meanwhile is answered between two designs.
      await pause(0);
      const { key } = asked.design;
      try {
        const made = contrastVolumes(asked, store, unit);
        this.typed.set(key, [...(this.typed.get(key) ?? []), made]);
        volumes.push(...made.volumes);
      } catch (error) {
        // A comparison has no contrasts, and another design may have other columns.
        if (k === 0 || !(error instanceof InputError)) throw error;
      }
    }
    return volumes;
  }

  private numbers(key: string, hemisphere: Hemisphere, vertex: number) {
    const design = this.served.designs.find((one) => one.key === key);
    if (design === undefined)
      throw this.unknown(
        "design",
        key,
        this.served.designs.map((one) => one.key),
      );
    const maps: (MapsOfHemisphere | undefined)[] = [
      design.maps[hemisphere],
      ...(this.typed.get(key) ?? []).map(({ sides }) => sides.find(([side]) => side === hemisphere)?.[1]),
    ];
    return vertexNumbers(
      maps.filter((one) => one !== undefined),
      hemisphere,
      vertex,
    );
  }

  private resultsOf(key: string): DesignResults {
    const design = this.served.results.find((one) => one.key === key);
    if (design === undefined)
      throw this.unknown(
        "results of",
        key,
        this.served.results.map((one) => one.key),
      );
    return design;
  }

  private unknown(what: string, name: string, names: readonly string[]): InputError {
    return new InputError({
      found: `no ${what} ${JSON.stringify(name)}`,
      expected: `one of ${names.join(", ")}`,
    });
  }
}

/** Statistics of a T and of an F contrast that need degrees of freedom. */
const WITH_DEGREES: Readonly<Record<string, readonly string[]>> = {
  conT: ["conT_swedf", "conTlp2", "conTlp"],
  conF: ["conF_swedf", "conFlp", "conR2"],
};

/** Of the maps that are there soon, the one that will be shown; undefined where that comes with the rest. */
function shownSoon(volumes: readonly NewVolume[], statistic: string): NewVolume | undefined {
  const [first] = volumes;
  if (first === undefined || WITH_DEGREES[first.statistic]?.includes(statistic)) return undefined;
  return volumes.find((one) => one.statistic === statistic) ?? first;
}
