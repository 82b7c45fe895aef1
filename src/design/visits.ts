import type { Factor } from "./factor.js";

/** How many levels have k images, at index k − 1. */
export function visitsOf(factor: Factor): number[] {
  const images = new Int32Array(factor.levels.length);
  for (const s of factor.level) images[s]++;
  const visits = new Array<number>(images.reduce((most, count) => Math.max(most, count), 0)).fill(0);
  for (const count of images) visits[count - 1]++;
  return visits;
}
