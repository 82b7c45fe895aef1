import type { z } from "zod";
import type { Fault } from "../errors.js";
import { knownKeys, nestedKeys } from "./schema.js";
import { misspelt } from "./unknownKeys.js";
import type { YamlText } from "./yamlText.js";

type Steps = readonly (string | number)[];

/** The mistakes that the schema found, in the file's own words, each with its key and line. */
export function schemaFaults(issues: readonly z.core.$ZodIssue[], yaml: YamlText, file: string): Fault[] {
  const flat = flatEntries(yaml, file);
  const told = issues
    .map((issue) => ({ issue, steps: issue.path.filter((step) => typeof step !== "symbol") as Steps }))
    .filter(({ steps }) => !flat.some(({ entry }) => entry.every((step, k) => steps[k] === step)))
    .map(({ issue, steps }) => faultOf(steps, issue.message, yaml, file));
  return [...flat.map(({ fault }) => fault), ...told];
}

function faultOf(steps: Steps, expected: string, yaml: YamlText, file: string): Fault {
  const value = valueAt(yaml.value, steps);
  const line = yaml.lineOf(...steps);
  const hint = value === undefined ? hintFor(steps, yaml) : undefined;
  return {
    file,
    key: keyOf(steps),
    ...(line === undefined ? {} : { line }),
    found: inYml(value),
    expected,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A missing key that stands there misspelt. */
function hintFor(steps: Steps, yaml: YamlText): string | undefined {
  const last = steps[steps.length - 1];
  const beside = valueAt(yaml.value, steps.slice(0, -1));
  const known = steps.length === 1 ? knownKeys : nestedKeys[steps[0] as keyof typeof nestedKeys];
  if (typeof last !== "string" || typeof beside !== "object" || beside === null || known === undefined)
    return undefined;
  const written = misspelt(last, beside, known);
  return written === undefined ? undefined : `Is ${JSON.stringify(written)} meant for it?`;
}

/** Entries whose keys stand beside their label instead of under it. */
function flatEntries(yaml: YamlText, file: string): { entry: Steps; fault: Fault }[] {
  return (["Z", "contrasts"] as const).flatMap((key) => {
    const list = valueAt(yaml.value, [key]);
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry: unknown, k) => {
      if (typeof entry !== "object" || entry === null) return [];
      const keys = Object.keys(entry);
      const label = keys.find((one) => valueAt(entry, [one]) === null);
      const beside = keys.filter((one) => (nestedKeys[key] as readonly string[]).includes(one));
      if (label === undefined || beside.length === 0) return [];
      const line = yaml.lineOf(key, k, label);
      const fault = {
        file,
        key,
        ...(line === undefined ? {} : { line }),
        found: `${beside.join(" and ")} beside ${label}`,
        expected: `them under ${label}`,
        hint: "Indent them by two more spaces.",
      };
      return [{ entry: [key, k], fault }];
    });
  });
}

function valueAt(value: unknown, steps: Steps): unknown {
  let at = value;
  for (const step of steps) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** `contrasts.c1.vector`, and where the steps are all there is to say, the number of the entry. */
function keyOf(steps: Steps): string {
  const words = steps.filter((step) => typeof step === "string");
  const last = steps[steps.length - 1];
  return typeof last === "number" ? `${words.join(".")}, entry ${last + 1}` : words.join(".");
}

/** A value as it stands in the file, shortened. */
function inYml(value: unknown): string {
  if (value === undefined) return "it is missing";
  if (value === null) return "nothing after it";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
