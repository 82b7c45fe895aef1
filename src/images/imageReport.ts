import path from "node:path";
import { formatCount } from "../print/number.js";
import { Report } from "../print/report.js";
import type { ImageFormat, ImageInfo, ImageSpace } from "./image.js";

const FORMATS: Readonly<Record<ImageFormat, string>> = {
  dat: "raw values (.dat, float32)",
  nifti: "NIfTI",
  gifti: "GIFTI",
  mgh: "FreeSurfer MGH",
  curv: "FreeSurfer curv",
};

/** What an image file says of itself. It prints itself. */
export class ImageReport extends Report implements ImageInfo {
  readonly path: string;
  readonly format: ImageFormat;
  readonly vertices: number;
  readonly frames: number;
  readonly space: ImageSpace;

  constructor(info: ImageInfo) {
    super(
      path.basename(info.path),
      [
        `format: ${FORMATS[info.format]}`,
        `values: ${formatCount(info.vertices)}${info.frames === 1 ? "" : ` in each of ${formatCount(info.frames)} frames`}`,
        info.space.kind === "surface"
          ? "space: a surface, one value a vertex"
          : `space: a volume of ${info.space.dims.join(" × ")} voxels`,
      ],
      [],
    );
    this.path = info.path;
    this.format = info.format;
    this.vertices = info.vertices;
    this.frames = info.frames;
    this.space = info.space;
  }
}
