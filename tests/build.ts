import { buildBundles } from "../scripts/build.mjs";

/** Builds the package once before the tests, so that its workers run the code under test. */
export default async function setup(): Promise<void> {
  await buildBundles();
}
