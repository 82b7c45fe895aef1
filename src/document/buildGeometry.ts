// Run by the build: leaves fsaverage5 as blocks in a folder, for the package's views and the JupyterLab extension.
import { writeGeometry } from "./geometryFiles.js";
import { fsaverage5Geometry } from "./surfaceGeometry.js";

writeGeometry(fsaverage5Geometry(), process.argv[2]);
