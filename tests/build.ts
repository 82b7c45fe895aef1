import { buildBundles } from "../scripts/build.mjs";
import { installJupyter, installTestTools, installWheels } from "../scripts/setup.mjs";

/** Builds the package once before the tests, so that its workers run the code under test. */
export default async function setup(): Promise<void> {
  installWheels();
  installJupyter();
  installTestTools();
  await buildBundles();
}
