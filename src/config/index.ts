export type { Config, ContrastConfig, FactorConfig } from "./config.js";
export { LoadedConfig, loadConfig, parseConfig } from "./loadConfig.js";
