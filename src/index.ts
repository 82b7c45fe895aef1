import "./view/showResults.js";

export { backends } from "./backends/backends.js";
export { type CompareOptions, compare } from "./compare.js";
export { type Config, LoadedConfig, loadConfig, parseConfig } from "./config/index.js";
export { column, type DesignMatrix, type Factor, openStudy, Study, visitsOf } from "./design/index.js";
export { AbortedError, BlmmError, describeFault, type Fault, InputError } from "./errors.js";
export { type FitOptions, fit } from "./fit.js";
export { type ImageInfo, inspectImage, readImage } from "./images/index.js";
export { chiSquareTail } from "./inference/chiSquareTail.js";
export { type Cluster, Clusters, clusters } from "./inference/clusters.js";
export { type ContrastInput, type ContrastOptions, contrast } from "./inference/contrast.js";
export { bonferroni, fdr, Threshold } from "./inference/manyTests.js";
export {
  fsaverage5File,
  type Hemisphere,
  icosphere,
  type Mesh,
  type Regions,
  readMesh,
  readRegions,
} from "./mesh/index.js";
export { attempt } from "./notebook/attempt.js";
export { type Expectation, selfCheck, todo } from "./notebook/exercise.js";
export { OneVertex, oneVertex, type SubjectEffect, VertexFit } from "./oneVertex/index.js";
export { each, type Pair } from "./pair.js";
export type { Chart } from "./plots/chart.js";
export type { ChartOptions, Series } from "./plots/chartSpec.js";
export { plotBars, plotHistogram, plotLines, plotQQ, plotScatter } from "./plots/charts.js";
export { type DesignPicture, plotDesign } from "./plots/designPicture.js";
export { plotSubjects, plotVisits, type SubjectsOptions } from "./plots/studyCharts.js";
export { type Preparation, PreparedStudy, prepareStudy, readTable, TableFile } from "./prepare/index.js";
export { Report } from "./print/report.js";
export { Table } from "./print/table.js";
export { type NamedRow, table } from "./print/tableOf.js";
export { ResidualMaps, type ResidualOptions, residualMaps } from "./residuals/residualMaps.js";
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
export { type BothHemispheres, type MapPair, ResultsPair } from "./results/resultsPair.js";
export { strongestVertex } from "./results/strongestVertex.js";
export { VertexMap } from "./results/vertexMap.js";
export type { VertexSummary } from "./results/vertexSummary.js";
export { type SimulateOptions, shuffled, simulate } from "./simulate/index.js";
export { correlation, count, Description, describe, share, type VertexTest } from "./statistics/index.js";
export type { FitProgress } from "./threads/fitImages.js";
export { openTutorial, Tutorial, type TutorialOptions, type TutorialTruth } from "./tutorial/index.js";
export { version } from "./version.js";
export { type Pictures, type PicturesOptions, pictures } from "./view/pictures.js";
export { type BrainSurfaceOptions, plotBrainSurface } from "./view/plotBrainSurface.js";
export { plotSurface, type SurfacePlot, type SurfacePlotOptions } from "./view/surfacePlot.js";
export { type View, view } from "./view/view.js";
export type { Hemispheres, ViewInput } from "./view/viewInput.js";
export type { ViewOptions } from "./view/viewOptions.js";
export { type PageOptions, writePage } from "./view/writePage.js";
export type { Coefficient } from "./wald/coefficients.js";
