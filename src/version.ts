import manifest from "../package.json" with { type: "json" };

/** The version of this package. */
export const version: string = manifest.version;

/** How this package names itself in what it writes. */
export const software = `BLMM in TypeScript ${version}`;
