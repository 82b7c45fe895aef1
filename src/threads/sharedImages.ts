import type { ImageRef, ImageSet } from "../images/image.js";

/** An image to read, with its mask; plain data. */
export interface ImageRow {
  readonly image: ImageRef;
  readonly mask: ImageRef | undefined;
  readonly threshold: number | undefined;
}

/** Images that are read once for the studies that have them. */
export interface SharedImages {
  /** Each study's place in the list of studies; the first image list below is that of the one with most images. */
  readonly studies: readonly number[];
  /** In the order in which that study lists them. */
  readonly rows: readonly ImageRow[];
  readonly vertices: number;
  /** Of each study in `studies`: int32, n, the row that each of its images is. */
  readonly rowOf: readonly Int32Array[];
}

/** Where the images of two studies that have some in common first differ. */
export interface ImageDifference {
  /** Each study's place in the list of studies. */
  readonly study: number;
  readonly other: number;
  /** 0-based: the first image of `study` that `other` does not have. */
  readonly image: number;
  /** `other` has the image, with another mask. */
  readonly isMask: boolean;
}

/** Studies in groups whose images are read once, and what kept studies with common images apart. */
export interface Sharing {
  readonly groups: readonly SharedImages[];
  readonly differences: readonly ImageDifference[];
}

/**
 * Groups studies whose images are read together: where all images of one are among those of another, with the same
 * masks. Groups are in the order of their first studies.
 */
export function shareImages(sets: readonly ImageSet[]): Sharing {
  const bySize = [...sets.keys()].sort((a, b) => sets[b].images.length - sets[a].images.length || a - b);
  const groups: { readonly leader: number; readonly places: Map<string, number>; members: number[] }[] = [];
  const differences: ImageDifference[] = [];
  for (const study of bySize) {
    const set = sets[study];
    let apart: ImageDifference | undefined;
    const group = groups.find(({ leader, places }) => {
      if (sets[leader].vertices !== set.vertices) return false;
      const found = compareImages(set, places);
      if (found === undefined) return true;
      if (found.some) apart ??= { study, other: leader, image: found.image, isMask: found.isMask };
      return false;
    });
    if (group !== undefined) group.members.push(study);
    else {
      groups.push({ leader: study, places: placesOf(set), members: [study] });
      if (apart !== undefined) differences.push(apart);
    }
  }
  const made = groups.map(({ leader, places, members }): SharedImages => {
    const studies = members.sort((a, b) => a - b);
    return {
      studies,
      rows: rowsOf(sets[leader]),
      vertices: sets[leader].vertices,
      rowOf: studies.map((study) =>
        Int32Array.from(rowsOf(sets[study]), (row) => places.get(keyOf(row)) ?? 0),
      ),
    };
  });
  return { groups: made.sort((a, b) => a.studies[0] - b.studies[0]), differences };
}

/** The images of one study alone. */
export function rowsOf({ images, masks, maskThreshold }: ImageSet): ImageRow[] {
  return images.map((image, i) => ({ image, mask: masks?.[i], threshold: masks && maskThreshold }));
}

function keyOf({ image, mask, threshold }: ImageRow): string {
  const ofMask = mask === undefined ? "" : `${mask.path}\t${mask.frame}\t${threshold}`;
  return `${image.path}\t${image.frame}\t${ofMask}`;
}

function placesOf(set: ImageSet): Map<string, number> {
  return new Map(rowsOf(set).map((row, k) => [keyOf(row), k]));
}

/** The first image that is not among `places`; whether any is, and whether only its mask differs. */
function compareImages(
  set: ImageSet,
  places: ReadonlyMap<string, number>,
): { readonly image: number; readonly isMask: boolean; readonly some: boolean } | undefined {
  const rows = rowsOf(set);
  const image = rows.findIndex((row) => !places.has(keyOf(row)));
  if (image < 0) return undefined;
  const paths = new Set([...places.keys()].map((key) => key.split("\t", 2).join("\t")));
  const isThere = ({ image: { path, frame } }: ImageRow) => paths.has(`${path}\t${frame}`);
  return { image, isMask: isThere(rows[image]), some: rows.some(isThere) };
}

/** The first image of one set that another does not have with the same mask; the first where it has all. */
export function firstDifference(
  set: ImageSet,
  other: ImageSet,
): { readonly image: number; readonly isMask: boolean } {
  return compareImages(set, placesOf(other)) ?? { image: 0, isMask: false };
}
