export { shuffled } from "./shuffled.js";
export { type SimulateOptions, simulate } from "./simulate.js";
