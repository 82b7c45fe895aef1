export { fsaverage5File, type Hemisphere } from "./fsaverage5.js";
export { icosphere } from "./icosphere.js";
export type { Mesh } from "./mesh.js";
export { readMesh } from "./readMesh.js";
