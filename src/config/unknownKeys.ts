import { isNear, nearestNames } from "../print/nearest.js";
import { type Inputs, knownKeys, nestedKeys } from "./schema.js";
import type { YamlText } from "./yamlText.js";

type Steps = readonly (string | number)[];

/** Keys that mean nothing, at every level: one sentence each, which names the nearest key that does. */
export function unknownKeys(inputs: Inputs, yaml: YamlText, file: string): string[] {
  const unknown = (keys: object, known: readonly string[], above: Steps, title = "") =>
    Object.keys(keys)
      .filter((key) => !known.includes(key))
      .map((key) => {
        const line = yaml.lineOf(...above, key);
        const where = `${file}${line === undefined ? "" : `, line ${line}`}`;
        return `${where}: unknown key ${JSON.stringify(key)}${title} is ignored; ${suggestion(key, known)}`;
      });
  const listed = (key: "Z" | "contrasts") =>
    inputs[key].flatMap((entry, k) =>
      Object.entries(entry).flatMap(([label, keys]) =>
        unknown(keys, nestedKeys[key], [key, k, label], ` of ${label}`),
      ),
    );
  return [
    ...unknown(inputs, knownKeys, []),
    ...listed("Z"),
    ...listed("contrasts"),
    ...unknown(inputs.Missingness ?? {}, nestedKeys.Missingness, ["Missingness"], " of Missingness"),
  ];
}

function suggestion(key: string, known: readonly string[]): string {
  return known.length > 10
    ? `the nearest known key is ${nearestNames(key, known, 1)[0]}`
    : `the known keys are ${nearestNames(key, known).join(", ")}`;
}

/** The key that stands where another is missing and was probably meant for it. */
export function misspelt(missing: string, beside: object, known: readonly string[]): string | undefined {
  return Object.keys(beside).find(
    (key) => !known.includes(key) && isNear(key, missing) && nearestNames(key, known, 1)[0] === missing,
  );
}
