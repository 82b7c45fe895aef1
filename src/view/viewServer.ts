import type { MapsOfHemisphere } from "../document/mapsOfHemisphere.js";
import type { DesignResults } from "../document/openDesigns.js";
import type { DesignMaps } from "../document/viewDocument.js";
import type { BlockStore } from "../document/writeBlock.js";
import { InputError } from "../errors.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import type { ViewReply, ViewRequest } from "../viewer/viewProtocol.js";
import { shownFirst } from "../viewer/withContrast.js";
import { contrastVolumes, type TypedContrast } from "./contrastVolumes.js";
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

/** Answers what a page asks about one view. */
export class ViewServer {
  /** Typed contrasts by design, in the order in which they were typed. */
  private readonly typed = new Map<string, TypedContrast[]>();

  constructor(readonly served: Served) {}

  /** Never throws: what goes wrong is an answer too. */
  async answer(asked: ViewRequest): Promise<{ reply: ViewReply; buffers: Uint8Array[] }> {
    const { request } = asked;
    try {
      if ("block" in asked) return { reply: { request }, buffers: [this.block(asked.block)] };
      if ("contrast" in asked) {
        const volumes = this.contrast(asked.design, asked.contrast);
        const shown = shownFirst(volumes, asked.design, asked.statistic);
        const blocks = Object.values(shown?.volume.values ?? {}).map(({ id }) => id);
        return { reply: { request, volumes, blocks }, buffers: blocks.map((id) => this.block(id)) };
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

  /** The contrast of the design that is shown, and of every other that has the columns for it. */
  private contrast(asked: string, text: string) {
    const input = typedContrast(text);
    const { results, store, unit } = this.served;
    const first = this.resultsOf(asked);
    const others = results.filter(({ key }) => key !== asked);
    return [first, ...others].flatMap((design) => {
      try {
        const made = contrastVolumes(design, input, text, store, unit);
        this.typed.set(design.key, [...(this.typed.get(design.key) ?? []), made]);
        return made.volumes;
      } catch (error) {
        // A comparison has no contrasts, and another design may have other columns.
        if (design === first || !(error instanceof InputError)) throw error;
        return [];
      }
    });
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
