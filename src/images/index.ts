export type { ImageFormat, ImageInfo, ImageRef, ImageSet, ImageSpace } from "./image.js";
export { type ListedImage, readImageList } from "./imageList.js";
export { openImages } from "./imageSet.js";
export { inspectImage } from "./inspect.js";
export { type ReadEveryOptions, readEvery } from "./readEvery.js";
export { ImageReader, readImage } from "./reader.js";
