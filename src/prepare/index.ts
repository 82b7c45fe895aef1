export { type Preparation, PreparedStudy, prepareStudy } from "./prepareStudy.js";
export { readTable, TableFile } from "./tableFile.js";
