/** What the products need of GPU.js; its next major version returns promises, so every call is awaited. */
export interface GpuModule {
  readonly GPU: new (settings?: { readonly mode?: string }) => Gpu;
  readonly input: (values: Float32Array, size: readonly number[]) => unknown;
}
export interface Gpu {
  createKernel(code: unknown, settings: object): GpuKernel;
  destroy(): unknown;
}
export interface GpuKernel {
  (...values: unknown[]): unknown;
  readonly kernel?: GpuKernelKind | undefined;
}
export interface GpuKernelKind {
  readonly constructor?: { readonly mode?: string };
  /** Why GPU.js went over to its own code for the processor. */
  readonly fallbackReason?: string | null;
  /** A WebGL context, where the kernel runs in one. */
  readonly context?: unknown;
}

/** GPU.js, whichever way it is packed. */
export async function loadGpu(): Promise<GpuModule> {
  const loaded = (await import("gpu.js")) as unknown as GpuModule & { readonly default?: GpuModule };
  return loaded.GPU === undefined && loaded.default !== undefined ? loaded.default : loaded;
}

/** Modes of GPU.js that reach a graphics driver; the others run on the processor. */
const GRAPHICS = ["webgpu", "webgl", "webgl2", "headlessgl"];

/** The mode in which a kernel runs: the kernels of WebGL call theirs "gpu", and their context says which it is. */
export function modeOf(kernel: GpuKernelKind | undefined): string {
  const mode = kernel?.constructor?.mode ?? "unknown";
  if (mode !== "gpu") return mode;
  const gl = webGlOf(kernel?.context);
  const version = gl === undefined ? "" : String(gl.getParameter(gl.VERSION));
  if (version.includes("stack-gl")) return "headlessgl";
  return version.startsWith("WebGL 2") ? "webgl2" : "webgl";
}

/** What a kernel runs on, in words. */
export function deviceOf(mode: string, kernel: GpuKernelKind | undefined, adapter?: string): string {
  if (!GRAPHICS.includes(mode)) return "on the processor";
  const name = adapter ?? rendererOf(kernel?.context);
  return name === undefined ? "through the graphics driver" : `on ${name}`;
}

interface WebGl {
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(what: number): unknown;
  readonly VERSION: number;
}

function webGlOf(context: unknown): WebGl | undefined {
  const gl = context as WebGl | null | undefined;
  return typeof gl?.getExtension === "function" ? gl : undefined;
}

/** The renderer that a WebGL context names. */
function rendererOf(context: unknown): string | undefined {
  const gl = webGlOf(context);
  const info = gl?.getExtension("WEBGL_debug_renderer_info") ?? undefined;
  const name = info === undefined ? undefined : gl?.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return typeof name === "string" && name !== "" ? name : undefined;
}
