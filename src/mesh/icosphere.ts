import type { Mesh } from "./mesh.js";

/** The icosahedron of FreeSurfer: a pole up, two rings of five, a pole down; counterclockwise from outside. */
const FACES: readonly (readonly [number, number, number])[] = [
  [0, 3, 4],
  [0, 4, 5],
  [0, 5, 1],
  [0, 1, 2],
  [0, 2, 3],
  [3, 2, 8],
  [3, 8, 9],
  [3, 9, 4],
  [4, 9, 10],
  [4, 10, 5],
  [5, 10, 6],
  [5, 6, 1],
  [1, 6, 7],
  [1, 7, 2],
  [2, 7, 8],
  [8, 11, 9],
  [9, 11, 10],
  [10, 11, 6],
  [6, 11, 7],
  [7, 11, 8],
];

/**
 * A sphere of 10·4^level + 2 vertices (level 3: 642, level 5: 10,242), radius 100 mm: an icosahedron whose triangles
 * are split into four, level by level. Vertices stand and are numbered as in FreeSurfer's fsaverage, so that level 5
 * is the sphere of fsaverage5, and the first vertices of a fine sphere are a coarser one.
 */
export function icosphere(level: number): Mesh {
  const points = icosahedron();
  let faces: readonly (readonly [number, number, number])[] = FACES;
  for (let step = 0; step < level; step++) {
    const middles = new Map<string, number>();
    const middle = (a: number, b: number) => {
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      const known = middles.get(key);
      if (known !== undefined) return known;
      points.push(onSphere(points[a].map((value, k) => value + points[b][k])));
      middles.set(key, points.length - 1);
      return points.length - 1;
    };
    const split = faces.map(([a, b, c]) => {
      // In this order new vertices are numbered.
      const [ac, bc, ab] = [middle(a, c), middle(b, c), middle(a, b)];
      return { a, b, c, ac, bc, ab };
    });
    faces = [
      ...split.map(({ a, ab, ac }) => [a, ab, ac] as const),
      ...split.flatMap(({ b, c, ac, bc, ab }) => [
        [ac, bc, c] as const,
        [ab, bc, ac] as const,
        [ab, b, bc] as const,
      ]),
    ];
  }
  return { vertices: Float32Array.from(points.flat()), faces: Int32Array.from(faces.flat()) };
}

function icosahedron(): number[][] {
  const [height, radius] = [Math.sqrt(0.2), Math.sqrt(0.8)];
  const ring = (first: number, z: number) =>
    Array.from({ length: 5 }, (_, k) => {
      const angle = ((first + 72 * k) * Math.PI) / 180;
      return [radius * Math.cos(angle), radius * Math.sin(angle), z];
    });
  return [[0, 0, 1], ...ring(-72, height), ...ring(-108, -height), [0, 0, -1]].map(onSphere);
}

function onSphere(point: readonly number[]): number[] {
  const length = Math.hypot(...point);
  return point.map((value) => (100 * value) / length);
}
