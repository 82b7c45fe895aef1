// A browser for the tests that drive JupyterLab, and the loader by which its software driver serves WebGPU in Node.js:
// Chromium and libvulkan1, from apt where they are missing and this user may install them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { say } from "./steps.mjs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function installChromium() {
  const missing = [];
  if (!PLACES.some((place) => existsSync(place))) missing.push("chromium");
  if (!hasVulkan()) missing.push("libvulkan1");
  if (missing.length === 0 || process.getuid?.() !== 0) return;
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return;
  say(`Installing ${missing.join(" and ")} for the browser tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env }).status === 0;
  const install = () => apt("install", "-y", "-qq", "--no-install-recommends", ...missing);
  if (!install() && !(apt("update", "-qq") && install()))
    say(`apt could not install ${missing.join(" and ")}.`);
}

/** Whether the dynamic linker knows a Vulkan loader; where it cannot be asked, there is no apt either. */
function hasVulkan() {
  const { status, stdout } = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" });
  return status !== 0 || stdout.includes("libvulkan.so.1");
}
