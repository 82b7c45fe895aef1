import { fsaverage5File, readMesh } from "../../src/index.js";

/** A smooth map on fsaverage5, from −5 to 5, NaN where the medial wall about is: known at every vertex. */
export function smoothMap(hemisphere: "lh" | "rh"): Float64Array {
  const { vertices } = readMesh(fsaverage5File("sphere", hemisphere));
  const side = hemisphere === "lh" ? -1 : 1;
  return Float64Array.from({ length: vertices.length / 3 }, (_, v) => {
    const [x, y, z] = [0, 1, 2].map((k) => vertices[3 * v + k] / 100);
    return side * x < -0.85 ? Number.NaN : 5 * Math.sin(2.5 * y + z) * Math.cos(2 * z);
  });
}
