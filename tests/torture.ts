import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { SmallStudy } from "./studies.js";

/** Numbers for studies, by seed. */
function numbers(seed: number) {
  const random = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(random);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** A study from one row an image: its level, rows of X and Z, and the images' values there. */
function study(
  rows: readonly {
    readonly level: number;
    readonly x: readonly number[];
    readonly z: readonly number[];
    readonly y: readonly number[];
  }[],
): SmallStudy {
  const n = rows.length;
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, j) => `${letter}${j + 1}`);
  const [{ x, y, z }] = rows;
  const levels = 1 + Math.max(...rows.map(({ level }) => level));
  return {
    X: {
      file: "",
      columns: names("x", x.length),
      values: Float64Array.from(rows.flatMap((row) => row.x)),
      n,
    },
    factor: {
      name: "subject",
      levels: names("s", levels),
      level: Int32Array.from(rows, ({ level }) => level),
      Z: {
        file: "",
        columns: names("z", z.length),
        values: Float64Array.from(rows.flatMap((row) => row.z)),
        n,
      },
    },
    Y: Float32Array.from(rows.flatMap((row) => row.y)),
    vertices: y.length,
  };
}

/** Share of the images' variance that is between subjects, one vertex each. */
export const ICCS = [0, 0.3, 0.6, 0.9, 0.99, 0.995, 0.999, 0.9999];

/** Intercepts and slopes from no to nearly all of the variance; visit times differ, so that X'V⁻¹X is interpolated. */
export function iccStudy(): SmallStudy {
  const { normal, uniform } = numbers(11);
  const subjects = Array.from({ length: 250 }, (_, level) => {
    const effects = ICCS.map((icc) => {
      const sd = Math.sqrt(icc / (1 - icc));
      return [sd * normal(), 0.3 * sd * normal()] as const;
    });
    const sex = level % 2;
    return Array.from({ length: 2 + (level % 3) }, (_, visit) => {
      const t = visit + (visit === 0 ? 0 : 0.2 * normal());
      const y = effects.map(([a, b]) => 2 + 0.1 * t + 0.2 * sex + a + b * t + normal());
      return { level, x: [1, t, sex, uniform()], z: [1, t], y };
    });
  });
  return study(subjects.flat());
}

/** Mean over standard deviation of the images, one vertex each: up to where float32 has a few steps left. */
export const MEANS = [1, 1e3, 2e5, 1e6, 4e6];

/** The same images on means of any size. */
export function meansStudy(): SmallStudy {
  const { normal, uniform } = numbers(12);
  const subjects = Array.from({ length: 80 }, (_, level) => {
    const effect = 0.8 * normal();
    return Array.from({ length: 1 + (level % 4) }, (_, visit) => {
      const y = 0.1 * visit + effect + normal();
      return { level, x: [1, visit, uniform()], z: [1], y: MEANS.map((mean) => mean + y) };
    });
  });
  return study(subjects.flat());
}

/**
 * Images whose residual variance vanishes: random effects alone, X alone up to the last bit of float32, a
 * constant, and for comparison an ordinary vertex.
 */
export function vanishingStudy(): SmallStudy {
  const { normal, uniform } = numbers(13);
  const subjects = Array.from({ length: 30 }, (_, level) => {
    const [a, b] = [normal(), normal()];
    return Array.from({ length: 2 + (level % 3) }, (_, visit) => {
      const age = 10 * uniform();
      const effects = 3 + a + b * visit;
      const y = [effects, 0.1 * age, 7, effects + 0.5 * normal()];
      return { level, x: [1, age], z: [1, visit], y };
    });
  });
  return study(subjects.flat());
}

/** Twenty-six images, of which X and the random effects of twelve subjects explain nearly all. */
export function fullStudy(): SmallStudy {
  const { normal } = numbers(14);
  const subjects = Array.from({ length: 13 }, (_, level) =>
    Array.from({ length: 2 }, (_, visit) => {
      const x = [1, visit, ...Array.from({ length: 18 }, () => normal())];
      return { level, x, z: [1, visit], y: Array.from({ length: 40 }, () => normal()) };
    }),
  );
  return study(subjects.flat());
}

/** How a study is made whose likelihood is awkward at the chosen vertices, found among many by their seed. */
interface Awkward {
  readonly seed: number;
  readonly subjects: number;
  /** Images of a subject. */
  readonly visits: (subject: number) => number;
  /** The slope covariate of an image, which is a fixed effect too, from a normal number or a source of more. */
  readonly slope?: (first: number, normal: () => number) => number;
  /** The columns of Z instead of an intercept and that slope. */
  readonly random?: (visit: number, normal: () => number) => readonly number[];
  /** Standard deviations of the random effects. */
  readonly sds?: readonly number[];
  readonly made: number;
  readonly chosen: readonly number[];
}

function awkwardStudy(options: Awkward): SmallStudy {
  const {
    seed,
    subjects,
    visits,
    slope = (first) => first,
    random,
    sds = [0.7, 0.3],
    made,
    chosen,
  } = options;
  const { normal } = numbers(seed);
  const rows: Parameters<typeof study>[0][number][] = [];
  for (let level = 0; level < subjects; level++) {
    const effects = Array.from({ length: made }, (_, v) =>
      sds.map((sd) => sd * (v % 3 === 0 ? 0.3 : 1) * normal()),
    );
    for (let visit = 0; visit < visits(level); visit++) {
      const x = slope(normal(), normal);
      const z = random?.(visit, normal) ?? [1, x];
      const y = effects.map((b) => 1 + b.reduce((sum, effect, a) => sum + effect * z[a], 0) + normal());
      rows.push({ level, x: [1, x, level % 2], z, y: chosen.map((v) => y[v]) });
    }
  }
  return study(rows);
}

const fewVisits = (subject: number) => 2 + (subject % 3);
const lognormal = (_: number, normal: () => number) => Math.exp(2.5 * normal());

/** Slopes on a lognormal covariate: a few images say nearly all about them. */
export const lognormalStudies: readonly (() => SmallStudy)[] = [
  { seed: 1, made: 1000, chosen: [213, 0, 1, 2] },
  { seed: 2, made: 1500, chosen: [830, 0, 1, 2] },
  { seed: 3, made: 1000, chosen: [363, 0, 1, 2] },
].map((one) => () => awkwardStudy({ ...one, subjects: 20, visits: fewVisits, slope: lognormal }));

/** Slopes on a covariate with tails of two degrees of freedom. */
export const heavyStudy = () =>
  awkwardStudy({
    seed: 2,
    subjects: 20,
    visits: fewVisits,
    slope: (_, normal) => normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2),
    made: 1500,
    chosen: [177, 0, 1, 2],
  });

/** One subject of sixty with 200 of the images. */
export const largeLevelStudy = () =>
  awkwardStudy({
    seed: 1,
    subjects: 60,
    visits: (subject) => (subject === 0 ? 200 : fewVisits(subject)),
    made: 1500,
    chosen: [17, 33, 247, 255, 411, 688, 722, 1372, 0, 1],
  });

/** One subject of 250 with 200 of the images: many levels, of which few count. */
export const largeLevelOfManyStudy = () =>
  awkwardStudy({
    seed: 5,
    subjects: 250,
    visits: (subject) => (subject === 0 ? 200 : fewVisits(subject)),
    made: 1500,
    chosen: [252, 369, 459, 663, 861, 1011, 1024, 1083, 1245, 1356, 1386],
  });

/** Four random effects of twenty subjects, one of them on a lognormal covariate. */
export const fourEffectsStudy = () =>
  awkwardStudy({
    seed: 1,
    subjects: 20,
    visits: (subject) => fewVisits(subject) + 3,
    random: (visit, normal) => [1, visit, Math.exp(2.5 * normal()), normal()],
    sds: [0.8, 0.4, 0.3, 0.2],
    made: 150,
    chosen: [4, 24, 26, 0],
  });

/** Every study that lme4 has answered, by the name of its fixture. */
export const studies: Readonly<Record<string, () => SmallStudy>> = {
  icc: iccStudy,
  means: meansStudy,
  lognormal1: lognormalStudies[0],
  lognormal2: lognormalStudies[1],
  lognormal3: lognormalStudies[2],
  heavy: heavyStudy,
  large: largeLevelStudy,
  four: fourEffectsStudy,
};
