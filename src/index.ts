export { AbortedError, BlmmError, describeFault, type Fault, InputError } from "./errors.js";
