export { correlation } from "./correlation.js";
export { Description, describe } from "./describe.js";
export { count, share, type VertexTest } from "./share.js";
