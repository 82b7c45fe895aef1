import type { ChooseProducts } from "../backends/chooseProducts.js";
import type { BlockMemory, ImageBlocks } from "../images/blocks.js";
import type { ImageSet } from "../images/image.js";
import type { Model } from "../model/model.js";
import { type GroupedModel, planGrouped } from "../model/plan.js";
import { type Estimates, selectRows } from "../solver/estimates.js";
import { defaultStarts } from "../solver/fitVertices.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import { Status } from "../solver/status.js";
import { EstimateParts } from "./estimateParts.js";
import type { FittedImages } from "./fitImages.js";
import { LARGEST_TERM_ERROR } from "./laneDesign.js";
import type { FoundImages, KeptVertices, LaneDesign } from "./messages.js";
import { groupByMissing, type MissingnessRules, noneDropped, type VertexGroup } from "./missing.js";
import { PartSums } from "./partSums.js";
import type { PlannedDesign, StudyDesign } from "./plannedDesigns.js";
import type { WorkerPool } from "./pool.js";
import { SearchReference } from "./searchReference.js";
import { fitPieces, groupsOf, keepsLevels, lanePieces, type RowOf } from "./tasks.js";

/** A study to fit, and how. */
export interface StudyToFit {
  readonly design: StudyDesign;
  readonly images: ImageSet;
  /** The level of each image, and random effects a level. */
  readonly grouping: Pick<Model, "q" | "levels" | "level">;
  /** uint8, V; undefined for everywhere. */
  readonly analysisMask: Uint8Array | undefined;
  readonly rules: MissingnessRules;
  /** Bytes for images in memory at a time. */
  readonly maxMemory: number;
  readonly maxIterations: number;
  readonly information: "observed" | "expected";
  /** Chooses what makes the sums that the kernel begins with; the kernel itself when left out. */
  readonly choose?: ChooseProducts | undefined;
}

/** Vertices in memory that are ready to be fitted. */
interface Prepared {
  readonly groups: readonly VertexGroup[];
  readonly kept: KeptVertices;
  readonly rowOf: RowOf;
}

/** What vertices are fitted with: the threads, when to stop, and who hears of those that are done. */
export interface FitRun {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal | undefined;
  readonly onFitted: (share: number) => void;
  /** What the threads have to do before: its time is not this fit's. */
  readonly before?: Promise<unknown> | undefined;
}

/** Fits one study, part of the vertices by part. */
export class StudyFit {
  readonly model: Model;
  private readonly grouped: GroupedModel;
  private readonly lanes: LaneDesign | undefined;
  private readonly why: string | undefined;
  private estimates: EstimateParts | undefined;
  private readonly dropped = noneDropped();
  private inner = 0;
  private ringPatterns = 0;
  private inLanes = 0;
  private oneByOne = 0;
  /** Vertices searched from more than one start, and those at which another start ended higher; shared. */
  private readonly repeated = new Int32Array(new SharedArrayBuffer(8));
  private isPlanned = false;
  private readonly reference: SearchReference;
  private readonly order: Int32Array;
  private readonly at: Int32Array;
  private milliseconds = 0;
  /** What another backend makes for the kernel. */
  private readonly sums: PartSums;

  /**
   * Plans a study and tells the threads of it.
   *
   * @param planned its design.
   * @param place int32, n: the row of the memory's blocks in which each of the study's images lies.
   */
  constructor(
    private readonly study: StudyToFit,
    private readonly id: number,
    planned: PlannedDesign,
    place: Int32Array,
    pool: WorkerPool,
  ) {
    const { grouped, lanes: design } = planned;
    this.model = grouped.model;
    this.grouped = grouped;
    const { n, q } = this.model;
    this.lanes = design;
    this.why = planned.why;
    this.sums = new PartSums(design, study.choose);
    this.reference = new SearchReference(this.model, design, study.information);
    // Images in the order of their levels, as the kernel has these; in their own where there are none.
    const levelOrder = design?.kind === "intercept" ? design.design.order : this.grouped.levelOrder;
    this.order = shared(q > 0 ? levelOrder.order : Int32Array.from({ length: n }, (_, i) => i));
    this.at = shared(this.order.map((image) => place[image]));
    const options = {
      maxIterations: study.maxIterations,
      information: study.information,
      starts: defaultStarts(q),
    };
    pool.announce({ kind: "study", study: id, model: this.model, options, lanes: design });
  }

  /** Sorts the vertices in memory by what they miss, and makes room for the estimates of those that are kept. */
  prepare(memory: BlockMemory, first: number, { present, digest }: FoundImages): Prepared {
    const { grouped, study } = this;
    const blocks: ImageBlocks = { ...memory, n: this.model.n, order: this.order, at: this.at };
    const inside = study.analysisMask?.subarray(first, first + memory.width);
    const groups = groupByMissing(grouped, blocks, present, inside, study.rules, this.dropped);
    const columns = Int32Array.from(groups.flatMap((group) => group.columns)).sort();
    const vertices = columns.map((v) => v + first);
    this.estimates ??= this.roomForEstimates(memory);
    const estimates = this.estimates.allocate(vertices);
    const rowOf = new Map<number, number>();
    columns.forEach((v, row) => {
      rowOf.set(v, row);
      estimates.imagesDigest[row] = digest[v];
    });
    for (const group of groups) {
      if (group.missing.length === 0) this.inner += group.columns.length;
      else this.ringPatterns++;
    }
    return { groups, kept: { blocks, estimates, repeated: this.repeated }, rowOf };
  }

  /** Fits what was prepared. */
  async fit({ groups, kept, rowOf }: Prepared, run: FitRun): Promise<void> {
    let began = Date.now();
    run.before?.then(
      () => {
        began = Date.now();
      },
      () => undefined,
    );
    let fitted = 0;
    const onFitted = (vertices: number) => {
      fitted += vertices;
      run.onFitted(fitted / Math.max(1, rowOf.size));
    };
    await this.fitGroups(groups, kept, rowOf, { ...run, onFitted });
    this.estimates?.keep(this.keepFitted(kept.estimates));
    this.milliseconds += Date.now() - began;
  }

  /** Has the threads forget the study. */
  forget(pool: WorkerPool): void {
    pool.announce({ kind: "forget", study: this.id });
  }

  /** What the parts together gave. */
  finish({
    threads,
    bytesRead,
    readSeconds,
  }: Pick<FittedImages, "threads" | "bytesRead" | "readSeconds">): FittedImages {
    const { dropped, inner, ringPatterns, repeated } = this;
    const parts = this.estimates ?? new EstimateParts(this.model.p, this.model.q, 0);
    const blocks = parts.count;
    return {
      model: this.model,
      estimates: parts.whole(),
      dropped,
      inner,
      ringPatterns,
      threads,
      blocks,
      searchedAgain: repeated[0],
      foundBetter: repeated[1],
      kernel: { vertices: this.inLanes, others: this.oneByOne, why: this.why, ...this.sums.use },
      seconds: this.milliseconds / 1000,
      readSeconds,
      bytesRead,
    };
  }

  /** Room for every vertex that may be kept, where those in memory are not all. */
  private roomForEstimates({ width }: BlockMemory): EstimateParts {
    const { analysisMask, images } = this.study;
    const most = analysisMask?.reduce((sum, inside) => sum + (inside === 0 ? 0 : 1), 0) ?? images.vertices;
    const { p, q } = this.model;
    return new EstimateParts(p, q, width < images.vertices ? most : 0);
  }

  private async fitGroups(
    groups: readonly VertexGroup[],
    kept: KeptVertices,
    rowOf: RowOf,
    run: FitRun,
  ): Promise<void> {
    const { lanes, id } = this;
    const { level } = this.model;
    const isFast = ({ missing }: VertexGroup) =>
      lanes !== undefined && (lanes.kind === "intercept" || keepsLevels(lanes.design, level, missing));
    const fast = groups.filter(isFast);
    const slow = groups.filter((group) => !isFast(group));
    if (lanes !== undefined && fast.length > 0) {
      const direct = lanes.kind === "slope" && lanes.terms.error > LARGEST_TERM_ERROR;
      let left = await this.fitLanes(fast, kept, rowOf, direct, run);
      // Beyond the range of the terms, X'V⁻¹X is summed over the levels.
      if (lanes.kind === "slope" && !direct)
        left = await this.fitLanes(groupsOf(fast, rowOf, left), kept, rowOf, true, run);
      slow.push(...groupsOf(fast, rowOf, left));
    }
    if (slow.length === 0) return;
    if (!this.isPlanned) run.pool.announce({ kind: "plan", study: id, plan: planGrouped(this.grouped) });
    this.isPlanned = true;
    for (const { columns } of slow) this.oneByOne += columns.length;
    const pieces = fitPieces(slow, rowOf);
    await run.pool.run({ kind: "fit", study: id, kept, pieces }, run.onFitted, run.signal);
  }

  /** Fits groups in the lane kernel; returns the rows that it hands back. */
  private async fitLanes(
    groups: readonly VertexGroup[],
    kept: KeptVertices,
    rowOf: RowOf,
    direct: boolean,
    { pool, onFitted, signal }: FitRun,
  ): Promise<ReadonlySet<number>> {
    const whole = groups.find(({ missing }) => missing.length === 0)?.columns ?? [];
    const pilot = this.reference.pilots(whole);
    const given = direct ? undefined : await this.sumsOf(whole, kept.blocks, pilot, { pool, signal });
    const pieces = lanePieces(groups, rowOf, direct);
    const job = { kind: "lanes", study: this.id, kept, pilot, given, pieces } as const;
    const finished = await pool.run(job, onFitted, signal);
    const left = new Set(finished.flatMap((thread) => thread.left));
    for (const { columns } of groups) this.inLanes += columns.length;
    this.inLanes -= left.size;
    return left;
  }

  /** What another backend makes of the vertices with every image. */
  private sumsOf(
    whole: readonly number[],
    blocks: ImageBlocks,
    pilot: Int32Array | undefined,
    { pool, signal }: Pick<FitRun, "pool" | "signal">,
  ): Promise<GivenSums | undefined> {
    const { reference: searches } = this;
    const reference = () => pilot && searches.covarianceOf(blocks, pilot);
    const how = { reference, threads: pool.threads, signal };
    return this.sums.of(blocks, Int32Array.from(whole), how);
  }

  /** Frees what another backend holds. */
  close(): Promise<void> {
    return this.sums.close();
  }

  /** Leaves out vertices at which nothing could be estimated: the residuals of their images vanish. */
  private keepFitted(estimates: Estimates): Estimates {
    const keep = estimates.status.reduce<number[]>((rows, status, row) => {
      if (status !== Status.outside) rows.push(row);
      return rows;
    }, []);
    this.dropped.constant += estimates.status.length - keep.length;
    return keep.length === estimates.status.length ? estimates : selectRows(estimates, Int32Array.from(keep));
  }
}

/** A copy that threads share. */
function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(4 * values.length));
  copy.set(values);
  return copy;
}
