export type { Config, ContrastConfig, FactorConfig } from "./config.js";
export { configOfText, LoadedConfig, loadConfig, parseConfig } from "./loadConfig.js";
