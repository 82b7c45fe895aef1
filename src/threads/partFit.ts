import { allocateBlocks, BLOCK_VERTICES, type ImageBlocks } from "../images/blocks.js";
import { type GroupedModel, planGrouped } from "../model/plan.js";
import { allocateEstimates, type Estimates } from "../solver/estimates.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import type { FitImagesOptions } from "./fitImages.js";
import { LARGEST_TERM_ERROR } from "./laneDesign.js";
import type { LaneDesign, PilotTask } from "./messages.js";
import { groupByMissing, noneDropped, type VertexGroup } from "./missing.js";
import { PartSums } from "./partSums.js";
import type { WorkerPool } from "./pool.js";
import { fitTasks, groupsOf, type KeptVertices, keepsLevels, laneTasks, readTasks } from "./tasks.js";

/** Vertices from whose covariances all searches start, at most. */
const PILOTS = 32;

/** Reads and fits parts of the vertices, one after the other. */
export class PartFit {
  readonly dropped = noneDropped();
  /** Vertices with every image; distinct sets of missing images among the others. */
  inner = 0;
  ringPatterns = 0;
  /** Vertices fitted in the lane kernel, and one by one. */
  inLanes = 0;
  oneByOne = 0;
  /** Vertices searched from more than one start, and those at which another start ended higher; shared. */
  readonly repeated = new Int32Array(new SharedArrayBuffer(8));
  private isPlanned = false;
  private hasReference = false;
  /** vech(D) from which searches start, once it is found. */
  private reference: Float64Array | undefined;
  /** What another backend makes for the kernel. */
  readonly sums: PartSums;
  private readonly places: Int32Array;
  private readonly order: Int32Array;

  constructor(
    private readonly options: FitImagesOptions,
    private readonly grouped: GroupedModel,
    private readonly lanes: LaneDesign | undefined,
    private readonly pool: WorkerPool,
  ) {
    const { n, q } = grouped.model;
    this.sums = new PartSums(lanes, options.choose);
    // Images in the order of their levels, as the kernel has these; in their own where there are none.
    if (lanes?.kind === "intercept") this.order = lanes.design.order.order;
    else this.order = q > 0 ? grouped.levelOrder.order : Int32Array.from({ length: n }, (_, i) => i);
    this.places = new Int32Array(new SharedArrayBuffer(4 * n));
    this.order.forEach((image, place) => {
      this.places[image] = place;
    });
  }

  /** Reads `width` vertices from `first` on, and fits those that the rules keep. */
  async run(
    first: number,
    width: number,
    advance: (stage: "read" | "fit", share: number) => void,
  ): Promise<Estimates> {
    const { options, grouped, pool } = this;
    const { model } = grouped;
    const blocks = allocateBlocks(model.n, width, this.order);
    const present = new Int32Array(new SharedArrayBuffer(4 * width));
    const digest = new Int32Array(new SharedArrayBuffer(4 * width));
    let read = 0;
    const count = (images: number) => {
      read += images;
      advance("read", read / model.n);
    };
    const into = { blocks, places: this.places, first, present, digest };
    await pool.run(readTasks(model.n, pool.threads, into), count, options.signal);
    const inside = options.analysisMask?.subarray(first, first + width);
    const groups = groupByMissing(grouped, blocks, present, inside, options.rules, this.dropped);
    const columns = Int32Array.from(groups.flatMap((group) => group.columns)).sort();
    const estimates = allocateEstimates(
      columns.map((v) => v + first),
      model.p,
      model.q,
    );
    const rowOf = new Map<number, number>();
    columns.forEach((v, row) => {
      rowOf.set(v, row);
      estimates.imagesDigest[row] = digest[v];
    });
    for (const group of groups) {
      if (group.missing.length === 0) this.inner += group.columns.length;
      else this.ringPatterns++;
    }
    let fitted = 0;
    const onFitted = (vertices: number) => {
      fitted += vertices;
      advance("fit", fitted / Math.max(1, columns.length));
    };
    await this.fit(groups, { blocks, estimates, repeated: this.repeated, rowOf }, onFitted);
    return estimates;
  }

  private async fit(
    groups: readonly VertexGroup[],
    kept: KeptVertices,
    onFitted: (count: number) => void,
  ): Promise<void> {
    const { lanes, pool, options } = this;
    const { level } = this.grouped.model;
    const isFast = ({ missing }: VertexGroup) =>
      lanes !== undefined && (lanes.kind === "intercept" || keepsLevels(lanes.design, level, missing));
    const fast = groups.filter(isFast);
    const slow = groups.filter((group) => !isFast(group));
    if (lanes !== undefined && fast.length > 0) {
      if (lanes.kind === "slope") await this.findReference(fast, kept.blocks);
      const direct = lanes.kind === "slope" && lanes.terms.error > LARGEST_TERM_ERROR;
      const given = direct ? undefined : await this.sumsOf(fast, kept.blocks);
      let left = await this.runLanes(fast, { ...kept, given }, direct, onFitted);
      // Beyond the range of the terms, X'V⁻¹X is summed over the levels.
      if (lanes.kind === "slope" && !direct)
        left = await this.runLanes(groupsOf(fast, kept, left), kept, true, onFitted);
      slow.push(...groupsOf(fast, kept, left));
    }
    if (slow.length === 0) return;
    if (!this.isPlanned) pool.announce({ kind: "plan", plan: planGrouped(this.grouped) });
    this.isPlanned = true;
    for (const { columns } of slow) this.oneByOne += columns.length;
    await pool.run(fitTasks(slow, kept), onFitted, options.signal);
  }

  /** What another backend makes of the vertices with every image. */
  private sumsOf(groups: readonly VertexGroup[], blocks: ImageBlocks): Promise<GivenSums | undefined> {
    const whole = groups.find(({ missing }) => missing.length === 0)?.columns ?? [];
    const { reference, pool, options } = this;
    const how = { reference, threads: pool.threads, signal: options.signal };
    return this.sums.of(blocks, Int32Array.from(whole), how);
  }

  /** Fits groups in the lane kernel; returns the rows that it hands back. */
  private async runLanes(
    groups: readonly VertexGroup[],
    kept: KeptVertices,
    direct: boolean,
    onFitted: (count: number) => void,
  ): Promise<ReadonlySet<number>> {
    const left = new Set<number>();
    const tasks = laneTasks(groups, kept, direct);
    await this.pool.run(tasks, onFitted, this.options.signal, (task, finished) => {
      const handedBack = finished.left ?? [];
      for (const row of handedBack) left.add(row);
      this.inLanes += task.columns.length - handedBack.length;
    });
    return left;
  }

  /**
   * Finds where searches start, from whole vertices of the first block that has any: the same ones whatever the
   * number of threads and the memory, so that results do not depend on these to the last bit.
   */
  private async findReference(groups: readonly VertexGroup[], blocks: ImageBlocks): Promise<void> {
    const whole = groups.find(({ missing }) => missing.length === 0)?.columns ?? [];
    if (this.hasReference || whole.length === 0) return;
    this.hasReference = true;
    const end = (Math.floor(whole[0] / BLOCK_VERTICES) + 1) * BLOCK_VERTICES;
    const columns = Int32Array.from(whole.filter((v) => v < end).slice(0, PILOTS));
    const task: PilotTask = { kind: "pilot", blocks, columns };
    await this.pool.run(
      [task],
      () => undefined,
      this.options.signal,
      (_, { reference }) => {
        if (reference === undefined) return;
        this.reference = reference;
        this.pool.announce({ kind: "reference", D: reference });
      },
    );
  }
}
