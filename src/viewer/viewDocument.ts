import type { Hemisphere } from "../mesh/hemisphere.js";

export type { Hemisphere };

/** One value per hemisphere that is there. */
export type PerHemisphere<T> = { readonly [H in Hemisphere]?: T };

/** How the numbers of a block are written: little-endian, bytes shuffled (all first bytes, all second, …), gzip. */
export interface Block {
  /** Where the source finds it: a key of `blocks`, a file name, a comm request. */
  readonly id: string;
  readonly type: "float32" | "int16" | "uint32" | "uint16" | "uint8";
  readonly length: number;
}

/** Positions in units of `scale` mm around `origin`: int16, V × 3, row-major. */
export interface SurfaceBlock extends Block {
  readonly scale: number;
  readonly origin: readonly [number, number, number];
}

/** Where the voxels of a volume lie. */
export interface VolumeGrid {
  /** Voxels along the axes of the file; values are in file order, the first axis fastest. */
  readonly dims: readonly [number, number, number];
  /** 4 × 4, row-major: indices to mm (to the right, to the front, up). */
  readonly affine: readonly number[];
}

/**
 * A mesh in several shapes, from folded to round; or the grid of a volume, which has no surfaces, and whose maps are
 * kept as those of its one hemisphere.
 */
export interface GeometryDocument {
  /** Views with the same digest share one copy. */
  readonly digest: string;
  /** What the vertices are: "fsaverage5", a sphere, the reader's own surface, "a volume of 91 × 109 × 91 voxels". */
  readonly space: string;
  readonly vertices: PerHemisphere<number>;
  /** uint16 (uint32 beyond 65,535 vertices), F × 3: the same triangles in every shape; hemispheres may share a block. */
  readonly faces: PerHemisphere<Block>;
  /** Folding pattern: int16 in thousandths; > 0 in a sulcus. */
  readonly folding: PerHemisphere<Block>;
  readonly surfaces: readonly { readonly name: string; readonly shape: PerHemisphere<SurfaceBlock> }[];
  readonly volume?: VolumeGrid;
}

/** One map: numbers for the vertices of the mask, in ascending order of vertex. */
export interface VolumeDocument {
  /** Text from the user's files: never markup. */
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Suggested range of colors: signed maps are shown from −high to high. */
  readonly low: number;
  readonly high: number;
  readonly values: PerHemisphere<Block>;
}

/** A threshold that means something, e.g. 5 % false discovery rate. */
export interface SuggestedThreshold {
  readonly volume: number;
  readonly value: number;
  readonly label: string;
}

export interface StatisticDocument {
  /** As in `blmm_vox_<key>.dat`. */
  readonly key: string;
  /** Short, for the color bar: "T", "−log₁₀ p". */
  readonly symbol: string;
  /** In words: "−log₁₀ p, one-sided (effect above 0)". */
  readonly name: string;
  readonly unit: string;
  readonly signed: boolean;
  readonly colorMap: string;
  /** Suggested threshold; undefined where everything is to be shown. */
  readonly threshold: number | undefined;
  readonly thresholds: readonly SuggestedThreshold[];
  readonly volumes: readonly VolumeDocument[];
}

export interface DesignDocument {
  readonly key: string;
  readonly name: string;
  readonly notes: readonly string[];
  /** uint8, V: 1 where there are results. */
  readonly mask: PerHemisphere<Block>;
  readonly statistics: readonly StatisticDocument[];
}

/** Which region of the cortex each vertex lies in. */
export interface RegionsDocument {
  /** Text from the user's files: never markup. */
  readonly names: readonly string[];
  /** uint16, V: 0 in no region, else one more than the index in `names`. */
  readonly values: Block;
}

/** Patches that a test found: outlined over the map, and named at each vertex. */
export interface OverlayDocument {
  readonly title: string;
  readonly sides: PerHemisphere<RegionsDocument>;
}

/** What is known of results in words and tables, one section a side. Every text is text: never markup. */
export type SummaryDocument = readonly {
  readonly title: string;
  readonly heading: string;
  readonly lines: readonly string[];
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** Which columns hold numbers, set right. */
    readonly right: readonly boolean[];
  }[];
}[];

/** What there is to show. The numbers are in blocks, which a source delivers. */
export interface ViewDocument {
  readonly format: "blmm-view";
  readonly version: 1;
  readonly title: string;
  /** What a person wants to stand over the picture, instead of the map's name. */
  readonly caption?: string;
  /** By which the kernel knows the view; absent in a page. */
  readonly id?: string;
  readonly hemispheres: readonly Hemisphere[];
  readonly geometry: GeometryDocument;
  readonly designs: readonly DesignDocument[];
  readonly regions?: PerHemisphere<RegionsDocument>;
  readonly overlays?: readonly OverlayDocument[];
  /** Shown above the picture in a notebook. */
  readonly summary?: SummaryDocument;
  /** The state to begin with, as in a link. */
  readonly start: string;
  /** base64 of the blocks that travel in the document itself. */
  readonly blocks?: Readonly<Record<string, string>>;
}

/** The MIME type of a view document in a notebook. */
export const VIEW_MIME = "application/vnd.blmm.view+json";
