/**
 * Where a function of one number ≥ 0 with one top is largest: the interval that holds the top is widened until it
 * does, then narrowed by the golden section.
 */
export function goldenSection(f: (x: number) => number): number {
  const g = (Math.sqrt(5) - 1) / 2;
  let high = 1;
  while (f(2 * high) > f(high) && high < 1e6) high *= 2;
  let [low, top] = [0, 2 * high];
  let [c, d] = [top - g * top, g * top];
  let [fc, fd] = [f(c), f(d)];
  while (top - low > 1e-9 * (1 + high)) {
    if (fc > fd) {
      [top, d, fd] = [d, c, fc];
      c = top - g * (top - low);
      fc = f(c);
    } else {
      [low, c, fc] = [c, d, fd];
      d = low + g * (top - low);
      fd = f(d);
    }
  }
  const x = (low + top) / 2;
  // Near a top at 0 the values differ by rounding alone.
  return f(0) >= f(x) - 1e-12 * Math.abs(f(x)) ? 0 : x;
}

/** Steps of one search at most. */
const MOST_STEPS = 2000;

/**
 * Where a function of several numbers is largest: the simplex of Nelder & Mead (1965), started again from its own
 * answer until that no longer helps.
 */
export function nelderMead(f: (x: readonly number[]) => number, start: readonly number[]): number[] {
  let best = [...start];
  for (let round = 0, before = Number.NEGATIVE_INFINITY; round < 8; round++) {
    best = climb(f, best, round === 0 ? 0.5 : 0.1);
    const now = f(best);
    if (now - before < 1e-11 * Math.abs(now)) break;
    before = now;
  }
  return best;
}

function climb(f: (x: readonly number[]) => number, start: readonly number[], size: number): number[] {
  const m = start.length;
  const at = (x: number[]) => ({ x, f: f(x) });
  const corners = [[...start], ...start.map((_, k) => start.map((value, j) => value + (j === k ? size : 0)))];
  const simplex = corners.map(at);
  for (let step = 0; step < MOST_STEPS; step++) {
    simplex.sort((a, b) => b.f - a.f);
    const [top, worst] = [simplex[0], simplex[m]];
    const spread = Math.max(...simplex.flatMap(({ x }) => x.map((value, k) => Math.abs(value - top.x[k]))));
    if (spread < 1e-8) break;
    const middle = start.map((_, k) => simplex.slice(0, m).reduce((sum, { x }) => sum + x[k] / m, 0));
    /** A point on the line from the worst corner through the middle of the others. */
    const along = (t: number) => at(middle.map((value, k) => value + t * (value - worst.x[k])));
    const mirrored = along(1);
    if (mirrored.f > top.f) {
      const further = along(2);
      simplex[m] = further.f > mirrored.f ? further : mirrored;
    } else if (mirrored.f > simplex[m - 1].f) simplex[m] = mirrored;
    else {
      const nearer = along(mirrored.f > worst.f ? 0.5 : -0.5);
      if (nearer.f > Math.max(mirrored.f, worst.f)) simplex[m] = nearer;
      else {
        for (let k = 1; k <= m; k++) simplex[k] = at(simplex[k].x.map((value, j) => (value + top.x[j]) / 2));
      }
    }
  }
  return simplex.reduce((a, b) => (b.f > a.f ? b : a)).x;
}
