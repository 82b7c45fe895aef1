import { each, type Pair } from "../pair.js";
import { Displayed } from "../print/displayed.js";
import type { Table } from "../print/table.js";
import type { MapRange, ResultMap } from "./resultMap.js";
import type { Results } from "./results.js";
import { bundleOfResults } from "./shownResults.js";
import type { VertexMap } from "./vertexMap.js";
import type { VertexSummary } from "./vertexSummary.js";

/** Something that prints itself as text and HTML. */
interface Printable {
  toString(): string;
  toHTML(): string;
}

const NAMES = { lh: "Left hemisphere", rh: "Right hemisphere" } as const;

/** Both hemispheres of the same thing: one after the other when printed, left first. */
abstract class Sides<
    T extends Printable,
    Bundle extends Record<string, unknown> | Promise<Record<string, unknown>>,
  >
  extends Displayed<Bundle>
  implements Pair<T>
{
  constructor(
    readonly lh: T,
    readonly rh: T,
  ) {
    super();
  }

  /** Makes something of both: `results.each((one) => one.T("Sex"))`. */
  each<Made>(make: (one: T, side: "lh" | "rh") => Made): Pair<Made> {
    return each<T, Made>(this, make);
  }

  toString(): string {
    return (["lh", "rh"] as const).map((side) => `${NAMES[side]}\n${this[side]}`).join("\n\n");
  }

  toHTML(): string {
    return (["lh", "rh"] as const)
      .map((side) => `<section><h4>${NAMES[side]}</h4>${this[side].toHTML()}</section>`)
      .join("");
  }
}

/** Both hemispheres of a map, a table or what is known of a vertex. */
export class BothHemispheres<T extends Printable> extends Sides<T, Record<string, string>> {
  toMimeBundle(): Record<string, string> {
    return { "text/plain": this.toString(), "text/html": this.toHTML() };
  }
}

/** One map of both hemispheres. */
export class MapPair extends BothHemispheres<ResultMap> {
  /** One volume of both; float64, V each, NaN outside the mask. */
  volume(volume: string | number = 0): BothHemispheres<VertexMap> {
    return new BothHemispheres(this.lh.volume(volume), this.rh.volume(volume));
  }

  /** Where the map ends on each side. */
  range(volume: string | number = 0): Pair<MapRange> {
    return this.each((map) => map.range(volume));
  }
}

/**
 * The results of both hemispheres. It answers as one of them does, with a pair; `lh` and `rh` are the two. Whatever
 * takes a pair takes `{ lh, rh }` as well.
 */
export class ResultsPair extends Sides<Results, Promise<Record<string, unknown>>> {
  /** Both on the cortex, live where the extension is, with their summaries; elsewhere the summaries and a picture. */
  toMimeBundle(): Promise<Record<string, unknown>> {
    const sections = (["lh", "rh"] as const).map((side) => ({
      title: NAMES[side],
      report: this[side].summary,
    }));
    return bundleOfResults(this, sections, this);
  }

  /** β of one column of X by name; float64, V each, NaN outside the mask. */
  beta(column: string | number): BothHemispheres<VertexMap> {
    return this.both((one) => one.beta(column));
  }

  /** T of one contrast by name; float64, V each, NaN outside the mask. */
  T(contrast: string | number = 0): BothHemispheres<VertexMap> {
    return this.both((one) => one.T(contrast));
  }

  /** σ²; float64, V each, NaN outside the mask. */
  get sigma2(): BothHemispheres<VertexMap> {
    return this.both((one) => one.sigma2);
  }

  /** AIC of the restricted likelihood; float64, V each, NaN outside the mask. */
  get aic(): BothHemispheres<VertexMap> {
    return this.both((one) => one.aic);
  }

  /** BIC of the restricted likelihood; float64, V each, NaN outside the mask. */
  get bic(): BothHemispheres<VertexMap> {
    return this.both((one) => one.bic);
  }

  /**
   * One map with its volumes.
   *
   * @throws InputError naming the maps there are.
   */
  map(name: string): MapPair {
    return new MapPair(this.lh.map(name), this.rh.map(name));
  }

  /** Everything known of the vertex of this number on each side; the two are not the same place. */
  vertex(vertex: number): BothHemispheres<VertexSummary> {
    return this.both((one) => one.vertex(vertex));
  }

  /** How many vertices reach a threshold on each side. */
  passing(threshold: number): BothHemispheres<Table> {
    return this.both((one) => one.passing(threshold));
  }

  /** How long both fits took, one after the other; NaN where it is not known. */
  get seconds(): number {
    return this.lh.seconds + this.rh.seconds;
  }

  /** How many vertices have results, on both sides together. */
  get verticesInMask(): number {
    return this.lh.verticesInMask + this.rh.verticesInMask;
  }

  private both<Made extends Printable>(make: (one: Results) => Made): BothHemispheres<Made> {
    return new BothHemispheres(make(this.lh), make(this.rh));
  }
}

/** One results, or both hemispheres of them. */
export type ResultsOf<Given> = Given extends Results ? Results : ResultsPair;
