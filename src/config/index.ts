export type { Config, ContrastConfig, FactorConfig } from "./config.js";
export { LoadedConfig, loadConfig } from "./loadConfig.js";
