import { plural } from "../print/number.js";
import type { Estimates } from "../solver/estimates.js";

/** The largest float32, and the smallest that keeps all its digits. */
const FLOAT32 = { largest: 3.4028234663852886e38, smallest: 2 ** -126 };
/** Variances of β̂ are smaller than σ² by up to about this factor, or larger. */
const COVARIANCE_ROOM = 1e6;

/**
 * What the float32 maps cannot hold of the estimates, which are float64: one sentence a quantity. Squares
 * are the first to leave the range, for images of magnitude 1e±19.
 *
 * @param withCovariances whether the covariances of β̂ are a map too.
 */
export function beyondFloat32(estimates: Estimates, withCovariances: boolean): string[] {
  const room = withCovariances ? COVARIANCE_ROOM : 1;
  return [
    ...sentences("σ²", estimates.sigma2, estimates.vertices.length, room, "sigma2.f64"),
    ...sentences("β", estimates.beta, estimates.vertices.length, 1, "beta.f64"),
    ...sentences("D", estimates.D, estimates.vertices.length, 1, "D.f64"),
  ];
}

function sentences(
  name: string,
  values: Float64Array,
  vertices: number,
  room: number,
  file: string,
): string[] {
  const [largest, smallest] = [FLOAT32.largest / room, FLOAT32.smallest * room];
  const width = values.length / vertices;
  // One look at all of them, which is nearly always enough.
  let [most, least] = [0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at]);
    if (size > most) most = size;
    if (size > 0 && size < least) least = size;
  }
  const countOf = (isBeyond: (size: number) => boolean) => {
    let count = 0;
    for (let at = 0, last = -1; at < values.length; at++) {
      if (!isBeyond(Math.abs(values[at]))) continue;
      const row = Math.floor(at / width);
      if (row !== last) count++;
      last = row;
    }
    return count;
  };
  const large = most > largest ? countOf((size) => size > largest) : 0;
  const small = least < smallest ? countOf((size) => size > 0 && size < smallest) : 0;
  const sentence = (count: number, size: string, held: string, change: string) =>
    count === 0
      ? []
      : [
          `${name} is too ${size} for float32 maps at ${plural(count, "vertex", "vertices")}: they hold ${held} or few digits there, estimates/${file} the number itself; ${change} the images by a constant to have it in the map too`,
        ];
  return [...sentence(large, "large", "infinity", "divide"), ...sentence(small, "small", "zero", "multiply")];
}
