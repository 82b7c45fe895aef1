// Run by the build: leaves fsaverage5 and its coarser meshes as blocks in a folder, for the package's views and the
// JupyterLab extension.
import { BUILT, writeGeometry } from "./geometryFiles.js";
import { coarserGeometry, fsaverage5Geometry } from "./standardGeometry.js";

let geometry = fsaverage5Geometry();
for (const space of BUILT) {
  if (space !== geometry.space) geometry = coarserGeometry(geometry, space);
  writeGeometry(geometry, process.argv[2]);
}
