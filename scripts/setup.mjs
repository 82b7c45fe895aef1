// Everything a fresh clone needs: packages, the build, and (where asked for) Python's part: surfaces, JupyterLab.
// Each step remembers what it was done for, so that a second run is quick. Only the checkout is written to.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { digest, filesUnder, once, root } from "./setup/steps.mjs";

export { installChromium } from "./setup/chromium.mjs";
export { installPackages } from "./setup/packages.mjs";
export { installJupyter, installTestTools, installWheels, python, wheelFile } from "./setup/python.mjs";
export { root };

/** dist/, when a source is newer than what it was built from. */
export function build() {
  const sources = [
    ...filesUnder(path.join(root, "src")),
    ...filesUnder(path.join(root, "kernel-extensions")),
    path.join(root, "scripts", "build.mjs"),
  ];
  once(path.join(root, "dist", ".built"), digest(sources), "Building …", () => {
    execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
  });
}
