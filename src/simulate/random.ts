import { randomNormal } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Reproducible random numbers: the same seed and stream give the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** One of many independent streams of a seed, so that a subject's images do not depend on the others'. */
export function randomStream(seed: number, stream: number): Random {
  // Seeds near one another give related first numbers; a multiplicative hash sets them apart.
  const generator = xoroshiro128plus(
    (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0,
  );
  const uniform = () => uniformFloat64(generator);
  return { uniform, normal: randomNormal.source(uniform)() };
}
