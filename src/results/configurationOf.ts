import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, configOfText } from "../config/index.js";
import { InputError } from "../errors.js";
import { readText } from "../files/textFile.js";
import { INPUTS_FILE } from "./mapFile.js";
import type { ResultMaps } from "./resultMaps.js";

/**
 * The configuration that results were fitted to. Its text is the results' own; its relative paths hold where the file
 * lay: beside the results as before where both have moved, else in the place of then.
 *
 * @throws InputError when there is none, or what it names is in neither place: saying where was looked.
 */
export async function configurationOf({ info, directory }: ResultMaps): Promise<Config> {
  const text = info.configuration?.text ?? storedText(directory);
  const places = placesOf(info.configuration, directory);
  const faults: InputError[] = [];
  for (const file of places) {
    try {
      return configOfText(text, file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(error);
    }
  }
  const folders = [...new Set(places.map((file) => path.dirname(file)))];
  throw new InputError([
    {
      ...(directory === undefined ? {} : { file: directory }),
      found: `a configuration whose files are not there (looked in ${folders.join(" and ")})`,
      expected: "the images, X and Z where they lay when these results were fitted",
      hint: "Put them back, or open the study by the path of its configuration: openStudy('…/blmm_inputs.yml').",
    },
    ...(faults[0]?.faults ?? []),
  ]);
}

function storedText(directory: string | undefined): string {
  const copy = path.join(directory ?? "", INPUTS_FILE);
  if (directory !== undefined && existsSync(copy))
    return readText(copy, "the configuration of these results");
  throw new InputError({
    ...(directory === undefined ? {} : { file: directory }),
    found: `no ${INPUTS_FILE}, which says which images these results were fitted to`,
    expected: "a fit, or a results directory that `blmm fit` of this package wrote",
    hint: "Open the study by the path of its configuration: openStudy('…/blmm_inputs.yml').",
  });
}

/** Where the configuration may lie, as it was called; a directory of before it was noted says nothing. */
function placesOf(
  said: ResultMaps["info"]["configuration"],
  directory: string | undefined,
): readonly string[] {
  if (said !== undefined) {
    const beside =
      directory === undefined || said.relative === "" ? [] : [path.resolve(directory, said.relative)];
    return [...new Set([...beside, said.file])];
  }
  return [directory ?? ".", path.dirname(directory ?? ".")].map((folder) =>
    path.resolve(folder, INPUTS_FILE),
  );
}
