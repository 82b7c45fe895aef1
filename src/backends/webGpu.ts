import { existsSync } from "node:fs";
import { platform } from "node:os";

/** A graphics adapter as WebGPU names it. */
interface Adapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
  };
}
interface WebGpu {
  requestAdapter(options?: object): Promise<Adapter | null>;
}
interface WebGpuModule {
  readonly create: (options: readonly string[]) => WebGpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Where Linux shows graphics devices. */
const DEVICES = ["/dev/dri", "/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg"];

let instance: WebGpu | undefined;

/** Why there is no use in looking for a graphics card; undefined where there may be one. */
export function whyNoCard(): string | undefined {
  if (platform() !== "linux" || DEVICES.some((device) => existsSync(device))) return undefined;
  return "this computer shows no graphics device";
}

/**
 * Runs something while GPU.js finds WebGPU, which Node.js lacks and the package `webgpu` has. `navigator` is gone
 * afterwards: libraries take its presence for a browser.
 *
 * @param start is told the name of the adapter.
 * @throws Error where the package does not load here, or finds no adapter.
 */
export async function whileWebGpu<Made>(start: (adapter: string) => Promise<Made>): Promise<Made> {
  const { create, globals } = (await import("webgpu")) as unknown as WebGpuModule;
  // Kept: an instance that is collected takes its devices with it.
  instance ??= create([]);
  const adapter = await instance.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new Error("WebGPU found no graphics adapter");
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", {
    value: { gpu: instance },
    configurable: true,
    writable: true,
  });
  try {
    return await start(nameOf(adapter));
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", before);
  }
}

function nameOf({ info }: Adapter): string {
  const parts = [info?.description, info?.device, info?.architecture, info?.vendor];
  return parts.find((part) => part !== undefined && part !== "") ?? "an adapter without a name";
}
