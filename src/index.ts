export { type CompareOptions, compare } from "./compare.js";
export { type Config, LoadedConfig, loadConfig } from "./config/index.js";
export { type DesignMatrix, type Factor, openStudy, Study } from "./design/index.js";
export { AbortedError, BlmmError, describeFault, type Fault, InputError } from "./errors.js";
export { type FitOptions, fit } from "./fit.js";
export { type ImageInfo, inspectImage, readImage } from "./images/index.js";
export { type ContrastInput, type ContrastOptions, contrast } from "./inference/contrast.js";
export { fsaverage5File, type Hemisphere, icosphere, type Mesh, readMesh } from "./mesh/index.js";
export { type ReportSurface, type ResultsReport, writeReport } from "./plots/resultsReport.js";
export { Report } from "./print/report.js";
export { Table } from "./print/table.js";
export { type OpenOptions, openResults } from "./results/openResults.js";
export type { LevelEffects, RandomEffects } from "./results/randomEffects.js";
export type { MapRange, ResultMap } from "./results/resultMap.js";
export { Results } from "./results/results.js";
export type {
  ComparisonInfo,
  ContrastInfo,
  FactorInfo,
  FitInfo,
  ResultsInfo,
} from "./results/resultsInfo.js";
export { type Description, VertexMap } from "./results/vertexMap.js";
export type { VertexSummary } from "./results/vertexSummary.js";
export { type SimulateOptions, simulate } from "./simulate/index.js";
export type { FitProgress } from "./threads/fitImages.js";
export { version } from "./version.js";
export type { Coefficient } from "./wald/coefficients.js";
