import { readCurvHeader } from "./curv.js";
import { readDatHeader } from "./dat.js";
import { openGifti } from "./gifti.js";
import { ImageFile, NO_HEADER } from "./imageFile.js";
import { ImageReport } from "./imageReport.js";
import { readMghHeader } from "./mgh.js";
import { readNiftiHeader } from "./nifti.js";
import { checkHeader, type Header, type StoredImage } from "./stored.js";

/**
 * Opens an image of any format: its file is looked at, its header read and checked against the file's length.
 * What has no extension of another format is tried as FreeSurfer curv.
 */
export function openImage(path: string): StoredImage {
  if (/\.gii(\.gz)?$/i.test(path)) return openGifti(path);
  return checkHeader(path, headerOf(path));
}

function headerOf(path: string): Header {
  const name = path.toLowerCase();
  if (name.endsWith(".dat")) return readDatHeader(new ImageFile(path, undefined, NO_HEADER));
  if (/\.(nii|img|hdr)(\.gz)?$/.test(name)) return readNiftiHeader(path);
  if (/\.(mgh|mgz|mgh\.gz)$/.test(name)) return readMghHeader(new ImageFile(path));
  return readCurvHeader(new ImageFile(path));
}

/**
 * What an image file says of itself: format, vertices or voxels, frames, space. It prints itself.
 *
 * @throws InputError when it is missing, of no known format, truncated or too long.
 */
export function inspectImage(path: string): ImageReport {
  return new ImageReport(openImage(path).info);
}
