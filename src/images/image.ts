/** Where an image's values lie. */
export type ImageSpace =
  | { readonly kind: "surface" }
  | {
      readonly kind: "volume";
      /** Voxels along x, y, z; values are in file order, x fastest. */
      readonly dims: readonly [number, number, number];
      /** 4 × 4, row-major: voxel indices to mm. */
      readonly affine: readonly number[];
    };

/** The file formats that hold images. */
export type ImageFormat = "dat" | "nifti" | "gifti" | "mgh" | "curv";

/** What a file says of itself, read from its header where the format has one. */
export interface ImageInfo {
  readonly path: string;
  readonly format: ImageFormat;
  /** Values in one frame (vertices or voxels). */
  readonly vertices: number;
  /** Frames in the file: 1, or the number of images stacked in it. */
  readonly frames: number;
  readonly space: ImageSpace;
}

/** One image: a file, and the frame of it when several images are stacked in one file. */
export interface ImageRef {
  readonly path: string;
  /** 0-based. */
  readonly frame: number;
}

/** The images of a study, all of one size, in the order of the rows of X. Plain data, so that workers can receive it. */
export interface ImageSet {
  readonly images: readonly ImageRef[];
  readonly format: ImageFormat;
  /** V: vertices (or voxels) in every image. */
  readonly vertices: number;
  readonly space: ImageSpace;
  /** One mask an image, or none. */
  readonly masks: readonly ImageRef[] | undefined;
  /** A value whose mask is under this is missing; without it, a value whose mask is zero. */
  readonly maskThreshold: number | undefined;
}
