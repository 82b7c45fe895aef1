import { loadGpu } from "../../backends/gpuModule.js";
import { GpuProducts } from "../../backends/gpuProducts.js";

/** The part of WebGPU that says whether there is a graphics card. */
interface WebGpu {
  requestAdapter(options?: object): Promise<{
    readonly info?: {
      readonly description?: string;
      readonly vendor?: string;
      readonly architecture?: string;
    };
  } | null>;
}

/**
 * Products by GPU.js in a browser: through WebGPU where that finds an adapter, else in GPU.js's own choice.
 *
 * @throws Error when no mode of GPU.js runs here, or only its own code for the processor.
 */
export async function browserProducts(): Promise<GpuProducts> {
  const gpu = await loadGpu();
  const webGpu = (navigator as { readonly gpu?: WebGpu }).gpu;
  if (webGpu === undefined) return GpuProducts.start(gpu, { why: "this browser has no WebGPU" });
  const adapter = await webGpu.requestAdapter().catch(() => null);
  if (adapter === null) return GpuProducts.start(gpu, { why: "WebGPU found no adapter" });
  const { description, architecture, vendor } = adapter.info ?? {};
  const name = [description, [vendor, architecture].filter(Boolean).join(" ")].find(Boolean);
  try {
    return await GpuProducts.start(gpu, { mode: "webgpu", adapter: name });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return GpuProducts.start(gpu, { why: `WebGPU did not run: ${said.split("\n")[0]}` });
  }
}
