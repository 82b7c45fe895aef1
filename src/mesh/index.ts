export { fsaverage5File } from "./fsaverage5.js";
export type { Hemisphere } from "./hemisphere.js";
export { icosphere } from "./icosphere.js";
export type { Mesh } from "./mesh.js";
export { readMesh } from "./readMesh.js";
export { type Regions, readRegions } from "./readRegions.js";
