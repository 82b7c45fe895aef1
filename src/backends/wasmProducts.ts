import { LANES, LaneMemory } from "../solver/lanes/kernel.js";
import type { ImageProducts, Product } from "./products.js";

/** Images whose rows are in the kernel's memory together. */
const AT_A_TIME = 2048;

/** The lane kernel: 8 vertices at a time, float64 sums. */
export function wasmProducts(): ImageProducts {
  return {
    name: "wasm",
    ranAs: "WebAssembly, 8 vertices at a time, float64 sums",
    tolerance: 1e-12,
    multiply: async (product) => multiply(product),
  };
}

function multiply({ n, p, width, X, Y }: Product): Float64Array {
  const memory = new LaneMemory();
  const rows = Math.min(n, AT_A_TIME);
  const columns = memory.allocate(8 * (p + 2) * rows);
  const images = memory.lanes(rows);
  const out = memory.lanes(p + 2);
  const places = memory.int32(Int32Array.from({ length: p + 2 }, (_, j) => 64 * j));
  const sums = new Float64Array(p * width);
  const { f64, kernel } = memory;
  for (let first = 0; first < n; first += rows) {
    const count = Math.min(rows, n - first);
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < count; i++) f64[columns / 8 + j * count + i] = X[(first + i) * p + j];
    }
    for (let v = 0; v < width; v += LANES) {
      for (let i = 0; i < count; i++) {
        for (let l = 0; l < LANES; l++) {
          f64[images / 8 + i * LANES + l] = v + l < width ? Y[(first + i) * width + v + l] : 0;
        }
      }
      kernel.combine(p, count, images, columns, out, places);
      for (let j = 0; j < p; j++) {
        for (let l = 0; l < LANES && v + l < width; l++) {
          sums[j * width + v + l] += f64[out / 8 + j * LANES + l];
        }
      }
    }
  }
  return sums;
}
