import path from "node:path";
import { writeGifti } from "./gifti.js";
import { MAP_PREFIX } from "./mapFile.js";
import { writeNifti } from "./nifti.js";
import type { ResultMaps } from "./resultMaps.js";

/** Volume results as NIfTI with the images' affine; surface results as GIFTI where asked for. */
export function writeOtherFormats(folder: string, results: ResultMaps, gifti: boolean): void {
  const { space, vertices } = results.info;
  for (const name of results.maps) {
    const map = results.map(name);
    const data = map.kind.type === "int32" ? Int32Array.from(map.data) : Float32Array.from(map.data);
    const base = path.join(folder, `${MAP_PREFIX}${name}`);
    if (space.kind === "volume") {
      const { dims, affine } = space;
      writeNifti(`${base}.nii.gz`, { data, volumes: map.volumes, dims, affine });
    }
    if (gifti) writeGifti(`${base}.func.gii`, { data, vertices, volumes: map.volumes, labels: map.labels });
  }
}
