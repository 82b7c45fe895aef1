// A browser for the tests that drive JupyterLab: Chromium, from apt where it is missing and this user may install it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { say } from "./steps.mjs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function installChromium() {
  if (PLACES.some((place) => existsSync(place)) || process.getuid?.() !== 0) return;
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return;
  say("Installing Chromium for the browser tests …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env }).status === 0;
  const install = () => apt("install", "-y", "-qq", "--no-install-recommends", "chromium");
  if (!install() && !(apt("update", "-qq") && install())) say("apt could not install Chromium.");
}
