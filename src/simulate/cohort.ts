import { rankOf } from "../design/rank.js";
import { type Random, randomStream } from "./random.js";

/** The 23 columns of X, as in the tutorial. */
export const COLUMNS: readonly string[] = [
  "Intercept",
  "Sex",
  "CrossSectionalAge",
  "LongitudinalTime",
  "NIHScore",
  ...["black", "asian", "other"].map((race) => `Race_${race}`),
  "Ethnicity_hispanic",
  ...["highschool", "college", "bachelor", "postgraduate"].map((level) => `Education_${level}`),
  ...["50to100K", "over100K"].map((income) => `Income_${income}`),
  "Marital_married",
  ...[2, 3, 4, 5, 6, 7, 8].map((scanner) => `Scanner_${scanner}`),
];

/** Subjects of the ABCD N-back images by number of visits: 1, 2, 3. */
const ABCD_VISITS = [1389, 2924, 866];

/** One visit of a subject: one image a hemisphere. */
export interface Visit {
  /** 0-based subject. */
  readonly subject: number;
  /** 1-based. */
  readonly session: number;
  /** Years since the subject's first visit. */
  readonly time: number;
  /** A row of X. */
  readonly x: readonly number[];
}

/** The visits of a cohort in ABCD's proportions, subject by subject. */
export interface Cohort {
  readonly subjects: number;
  readonly visits: readonly Visit[];
  /** Visits of each subject. */
  readonly counts: readonly number[];
}

/** Draws a cohort whose X has full rank, over all subjects and over those with two visits or more. */
export function drawCohort(subjects: number, seed: number): Cohort {
  for (let attempt = 0; ; attempt++) {
    const cohort = draw(subjects, randomStream(seed, -1 - attempt));
    const twice = cohort.visits.filter(({ subject }) => cohort.counts[subject] > 1);
    // With very few subjects no draw can fill every category: the study then says so when it is opened.
    if (attempt === 200 || [cohort.visits, twice].every(hasFullRank)) return cohort;
  }
}

function hasFullRank(visits: readonly Visit[]): boolean {
  const p = COLUMNS.length;
  const values = Float64Array.from(visits.flatMap(({ x }) => x));
  return rankOf({ file: "", columns: COLUMNS, values, n: visits.length }).rank === p;
}

function draw(subjects: number, random: Random): Cohort {
  const counts = shuffled(visitCounts(subjects), random);
  const visits: Visit[] = [];
  counts.forEach((count, subject) => {
    const fixed = covariates(random);
    let time = 0;
    for (let session = 1; session <= count; session++) {
      visits.push({ subject, session, time, x: [...fixed.slice(0, 3), time, ...fixed.slice(3)] });
      time = Number((time + 2 + 0.25 * random.normal()).toFixed(3));
    }
  });
  return { subjects, visits, counts };
}

/** How many visits each subject makes: ABCD's proportions, with the remainder in the commonest. */
function visitCounts(subjects: number): number[] {
  const all = ABCD_VISITS.reduce((a, b) => a + b, 0);
  const share = ABCD_VISITS.map((count) => Math.round((count * subjects) / all));
  share[1] += subjects - share.reduce((a, b) => a + b, 0);
  return share.flatMap((count, k) => new Array<number>(Math.max(0, count)).fill(k + 1)).slice(0, subjects);
}

function shuffled(values: number[], random: Random): number[] {
  for (let k = values.length - 1; k > 0; k--) {
    const other = Math.floor(random.uniform() * (k + 1));
    [values[k], values[other]] = [values[other], values[k]];
  }
  return values;
}

/** A subject's row of X without the time. */
function covariates(random: Random): number[] {
  const dummies = (shares: readonly number[]) => {
    const u = random.uniform();
    let reached = 0;
    return shares.map((share) => {
      const hit = u >= reached && u < reached + share;
      reached += share;
      return hit ? 1 : 0;
    });
  };
  const yes = (share: number) => (random.uniform() < share ? 1 : 0);
  const age = Number((0.6 * random.normal()).toFixed(3));
  const score = Number(random.normal().toFixed(3));
  return [
    1,
    yes(0.48),
    age,
    score,
    ...dummies([0.15, 0.05, 0.12]),
    yes(0.2),
    ...dummies([0.1, 0.27, 0.27, 0.29]),
    ...dummies([0.28, 0.42]),
    yes(0.7),
    ...dummies([0.14, 0.13, 0.13, 0.12, 0.12, 0.12, 0.12]),
  ];
}
