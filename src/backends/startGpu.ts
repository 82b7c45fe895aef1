import { loadGpu } from "./gpuModule.js";
import { GpuProducts } from "./gpuProducts.js";
import { whileWebGpu, whyNoCard } from "./webGpu.js";

/**
 * Products by GPU.js in whatever mode it finds: WebGPU where Node.js reaches a graphics card, else GPU.js's own choice.
 *
 * @param mode a mode of GPU.js instead.
 * @throws Error when GPU.js is not installed, or has no kernel that runs here.
 */
export async function gpuProducts(mode?: string): Promise<GpuProducts> {
  const gpu = await loadGpu();
  const webGpu = () => whileWebGpu((adapter) => GpuProducts.start(gpu, { mode: "webgpu", adapter }));
  if (mode === "webgpu") return webGpu();
  if (mode !== undefined) return GpuProducts.start(gpu, { mode });
  const missing = whyNoCard();
  const why =
    missing ??
    (await webGpu().catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      return `no WebGPU: ${said.split("\n")[0]}`;
    }));
  if (typeof why !== "string") return why;
  return GpuProducts.start(gpu, { why });
}
