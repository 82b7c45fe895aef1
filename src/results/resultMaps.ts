import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import type { Estimates } from "../solver/estimates.js";
import { mapCatalog, mapKind } from "./mapCatalog.js";
import { ResultMap } from "./resultMap.js";
import type { ResultsInfo } from "./resultsInfo.js";
import type { VertexMap } from "./vertexMap.js";
import { volumeLabels } from "./volumeLabels.js";

/** Where the numbers of results come from: a fit in memory, or a directory. */
export interface ResultsSource {
  /** Names of the maps there are, without `blmm_vox_`. */
  readonly names: readonly string[];
  /** V × volumes, vertex-major, 0 outside the mask. */
  read(name: string): Float64Array | Float32Array | Int32Array;
  /** The estimates in full precision; undefined where a directory has none. */
  estimates(): Estimates | undefined;
}

/** Maps by name with what is known of them, in memory or in a results directory. */
export class ResultMaps {
  private readonly cache = new Map<string, ResultMap>();
  private maskCache: Int32Array | undefined;
  private estimatesCache: Estimates | undefined;

  constructor(
    readonly info: ResultsInfo,
    protected readonly source: ResultsSource,
    /** Absolute path of the results directory; undefined when nothing is written. */
    readonly directory: string | undefined,
  ) {}

  /** Names of the maps, in the order of the catalog. */
  get maps(): readonly string[] {
    return mapCatalog.map(({ name }) => name).filter((name) => this.source.names.includes(name));
  }

  /** int32, V: 1 where there are results. */
  get mask(): Int32Array {
    if (this.maskCache === undefined) {
      const data = this.source.read("mask");
      this.maskCache = Int32Array.from(data, (value) => (value === 0 ? 0 : 1));
    }
    return this.maskCache;
  }

  /** How many vertices have results. */
  get verticesInMask(): number {
    return this.mask.reduce((sum, value) => sum + value, 0);
  }

  /** Whether there is such a map. */
  has(name: string): boolean {
    return this.source.names.includes(name);
  }

  /**
   * One map with its volumes.
   *
   * @param name such as "conT", with or without `blmm_vox_`.
   * @throws InputError naming the maps there are.
   */
  map(name: string): ResultMap {
    const short = name.replace(/^blmm_vox_/, "").replace(/\.dat$/, "");
    const known = this.cache.get(short);
    if (known !== undefined) return known;
    const kind = mapKind(short);
    if (kind === undefined || !this.has(short)) {
      throw new InputError({
        ...(this.directory === undefined ? {} : { file: this.directory }),
        found: `no map ${JSON.stringify(short)}`,
        expected: `one of ${nearestNames(short, this.maps, 40).join(", ")}`,
      });
    }
    const data = this.source.read(short);
    const volumes = this.info.vertices === 0 ? 0 : data.length / this.info.vertices;
    const map = new ResultMap(kind, volumeLabels(kind, volumes, this.info), data, this.mask);
    this.cache.set(short, map);
    return map;
  }

  /** β of one column of X by name; float64, V, NaN outside the mask. */
  beta(column: string | number): VertexMap {
    return this.map("beta").volume(column);
  }

  /** T of one contrast by name; float64, V, NaN outside the mask. */
  T(contrast: string | number = 0): VertexMap {
    return this.map("conT").volume(contrast);
  }

  /** σ²; float64, V, NaN outside the mask. */
  get sigma2(): VertexMap {
    return this.map("sigma2").volume();
  }

  /**
   * The estimates in full precision, which exact tests of new contrasts need.
   *
   * @throws InputError where a directory has none, such as one that another program wrote.
   */
  estimates(): Estimates {
    const estimates = this.estimatesIfAny();
    if (estimates === undefined) {
      throw new InputError({
        ...(this.directory === undefined ? {} : { file: this.directory }),
        found: "maps without the estimates that new contrasts need",
        expected: "a results directory written by `blmm fit` of this package",
        hint: "Fit again from blmm_inputs.yml; maps alone do not determine the degrees of freedom of a new contrast.",
      });
    }
    return estimates;
  }

  /** The estimates in full precision; undefined where there are none. */
  estimatesIfAny(): Estimates | undefined {
    this.estimatesCache ??= this.source.estimates();
    return this.estimatesCache;
  }
}
