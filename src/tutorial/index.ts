export { openTutorial, type TutorialOptions } from "./openTutorial.js";
export type { TutorialTruth } from "./truth.js";
export { Tutorial } from "./tutorial.js";
