import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Software WebGL, so that machines without a graphics card draw the same. */
const FLAGS = [
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  "--no-sandbox",
];

/** Whether tests in a browser run: without one they are skipped, but never in CI. */
export const browserFound: boolean = PLACES.some((place) => existsSync(place)) || process.env.CI === "true";

/** What makes Chromium run WebGPU in software too. */
export const SOFTWARE_WEBGPU: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-webgpu-adapter=swiftshader",
];

/** @param further flags beside those that draw in software. */
export function launchBrowser(further: readonly string[] = []): Promise<Browser> {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error(`Found no Chromium; expected one of ${PLACES.join(", ")} (apt-get install chromium).`);
  }
  return chromium.launch({ executablePath, args: [...FLAGS, ...further] });
}
