import { formatCount } from "../print/number.js";
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
    ...sentences("σ²", estimates.sigma2, room, "sigma2.f64"),
    ...sentences("β", estimates.beta, 1, "beta.f64"),
    ...sentences("D", estimates.D, 1, "D.f64"),
  ];
}

function sentences(name: string, values: Float64Array, room: number, file: string): string[] {
  let large = 0;
  let small = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > FLOAT32.largest / room) large++;
    else if (size > 0 && size < FLOAT32.smallest * room) small++;
  }
  const sentence = (count: number, why: string, scale: string) =>
    `${name} is too ${why} for float32 maps at ${formatCount(count)} places: they hold ${why === "large" ? "infinity" : "zero"} or few digits there, estimates/${file} the number itself; ${scale} the images`;
  return [
    ...(large > 0 ? [sentence(large, "large", "divide")] : []),
    ...(small > 0 ? [sentence(small, "small", "multiply")] : []),
  ];
}
