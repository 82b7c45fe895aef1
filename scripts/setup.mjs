// Everything a fresh clone needs: packages, the build, and (where asked for) Python's part: surfaces, JupyterLab.
// Each step remembers what it was done for, so that a second run is quick. Only the checkout is written to.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { buildGeometry } from "./geometry.mjs";
import { installWheels as installPythonWheels } from "./setup/python.mjs";
import { digest, filesUnder, once, root } from "./setup/steps.mjs";

export { installChromium } from "./setup/chromium.mjs";
export { installPackages } from "./setup/packages.mjs";
export { installJupyter, installTestTools, python, wheelFile } from "./setup/python.mjs";
export { root };

/** dist/, when a source is newer than what it was built from. */
export function build() {
  const sources = [
    ...filesUnder(path.join(root, "src")),
    ...filesUnder(path.join(root, "kernel-extensions")),
    ...["build.mjs", "buildBrowser.mjs", "geometry.mjs"].map((name) => path.join(root, "scripts", name)),
  ];
  once(path.join(root, "dist", ".built"), digest(sources), "Building …", () => {
    execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
  });
}

/** The wheels with surfaces and sample fMRI, and from the surfaces the viewer's geometry. */
export function installWheels() {
  installPythonWheels();
  buildGeometry();
}
