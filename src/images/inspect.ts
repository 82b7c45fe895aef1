import { openCurv } from "./curv.js";
import { openDat } from "./dat.js";
import { openGifti } from "./gifti.js";
import type { ImageInfo } from "./image.js";
import { openMgh } from "./mgh.js";
import { openNifti } from "./nifti.js";
import type { StoredImage } from "./stored.js";

/** Reads the header of an image file; what has no extension of another format is tried as FreeSurfer curv. */
export function openImage(path: string): StoredImage {
  const name = path.toLowerCase();
  if (name.endsWith(".dat")) return openDat(path);
  if (/\.(nii|img|hdr)(\.gz)?$/.test(name)) return openNifti(path);
  if (/\.gii(\.gz)?$/.test(name)) return openGifti(path);
  if (/\.(mgh|mgz|mgh\.gz)$/.test(name)) return openMgh(path);
  return openCurv(path);
}

/**
 * What an image file says of itself: format, vertices or voxels, frames, space.
 *
 * @throws InputError when it is missing, of no known format, truncated or too long.
 */
export function inspectImage(path: string): ImageInfo {
  return openImage(path).info;
}
