export { OneVertex, type SubjectEffect } from "./oneVertex.js";
export { oneVertex } from "./readVertex.js";
export { VertexFit } from "./vertexFit.js";
