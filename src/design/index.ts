export type { DesignMatrix } from "./designMatrix.js";
export type { Factor } from "./factor.js";
export { openStudy } from "./openStudy.js";
export { column, Study, type StudyContrast } from "./study.js";
export { visitsOf } from "./visits.js";
