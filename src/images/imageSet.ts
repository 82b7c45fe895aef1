import { realpathSync, statSync } from "node:fs";
import { FaultList, InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import type { ImageInfo, ImageRef, ImageSet } from "./image.js";
import type { ListedImage } from "./imageList.js";
import { openImage } from "./inspect.js";
import { MOST_FRAMES } from "./stored.js";

/** The masks of a study's images. */
export interface MaskOptions {
  readonly masks?: { readonly listFile: string; readonly images: readonly ListedImage[] } | undefined;
  readonly maskThreshold?: number | undefined;
}

/** Faults of single images that are told one by one; the rest are counted. */
const MOST_FAULTS = 20;

/**
 * Opens the images of a list: one file an image, or files whose frames are the images. Headers are read and
 * sizes compared; everything wrong is reported together.
 *
 * @throws InputError naming each missing or damaged file, and each of another size than most.
 */
export function openImages(
  listFile: string,
  listed: readonly ListedImage[],
  options: MaskOptions = {},
): ImageSet {
  const faults = new FaultList();
  const images = inspectAll(listFile, listed, faults);
  const masks = options.masks && inspectAll(options.masks.listFile, options.masks.images, faults);
  checkOnce(listFile, listed, faults);
  const size = commonest(images.map(({ info }) => info.vertices));
  checkSizes(listFile, images, size, faults);
  if (options.masks !== undefined && masks !== undefined)
    checkSizes(options.masks.listFile, masks, size, faults);
  throwSome(faults);
  const refs = framesOf(listFile, images);
  const maskRefs = masks && framesOf(options.masks?.listFile ?? listFile, masks);
  if (maskRefs !== undefined && maskRefs.length !== refs.length) {
    faults.add({
      file: options.masks?.listFile ?? listFile,
      key: "data_mask_files",
      found: plural(maskRefs.length, "mask", "masks"),
      expected: `${formatCount(refs.length)}, one an image`,
    });
    faults.throwIfAny();
  }
  const [{ info }] = images;
  return {
    images: refs,
    format: info.format,
    vertices: size,
    space: info.space,
    masks: maskRefs,
    maskThreshold: options.maskThreshold,
  };
}

interface Inspected {
  readonly info: ImageInfo;
  readonly line: number;
}

function inspectAll(listFile: string, listed: readonly ListedImage[], faults: FaultList): Inspected[] {
  const images: Inspected[] = [];
  const known = new Map<string, ImageInfo>();
  for (const { path, line } of listed) {
    const own = new FaultList();
    const info = known.get(path) ?? own.try(() => openImage(path).info);
    for (const fault of own.faults) faults.add({ ...fault, key: `line ${line} of ${listFile}` });
    if (info === undefined) continue;
    known.set(path, info);
    images.push({ info, line });
  }
  return images;
}

function checkSizes(listFile: string, images: readonly Inspected[], size: number, faults: FaultList): void {
  for (const { info, line } of images) {
    if (info.vertices === size) continue;
    faults.add({
      file: info.path,
      key: `line ${line} of ${listFile}`,
      found: plural(info.vertices, "vertex", "vertices"),
      expected: `${formatCount(size)}, as in the other images`,
    });
  }
}

/** An image that is listed twice would count as two visits. */
function checkOnce(listFile: string, listed: readonly ListedImage[], faults: FaultList): void {
  // Files that are not the same differ in their numbers already; whither links lead is asked of the others alone.
  const byNumber = new Map<string, ListedImage[]>();
  for (const { path, line } of listed) {
    const number = numberOf(path);
    const others = byNumber.get(number) ?? [];
    const before = others.find((other) => realPathOf(other.path) === realPathOf(path));
    byNumber.set(number, [...others, { path, line }]);
    if (before === undefined) continue;
    faults.add({
      file: listFile,
      line,
      found: `the same image as on line ${before.line} (${path})`,
      expected: "every image once",
    });
  }
}

/** The device and number of the file behind a path; the path itself where nothing is. */
function numberOf(path: string): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return path;
  }
}

/** The file behind a path, whatever links lead to it; the path itself where nothing is. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function framesOf(listFile: string, images: readonly Inspected[]): ImageRef[] {
  const total = images.reduce((sum, { info }) => sum + info.frames, 0);
  if (total > MOST_FRAMES) {
    throw new InputError({
      file: listFile,
      found: plural(total, "image", "images"),
      expected: `at most ${formatCount(MOST_FRAMES)}`,
    });
  }
  return images.flatMap(({ info }) =>
    Array.from({ length: info.frames }, (_, frame): ImageRef => ({ path: info.path, frame })),
  );
}

function throwSome(faults: FaultList): void {
  if (faults.faults.length > MOST_FAULTS) {
    const more = faults.faults.length - MOST_FAULTS;
    faults.faults.length = MOST_FAULTS;
    faults.add({ found: `and ${formatCount(more)} more like these` });
  }
  faults.throwIfAny();
}
