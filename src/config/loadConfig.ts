import { existsSync, statSync } from "node:fs";
import path from "node:path";
import escapeHtml from "escape-html";
import { FaultList, InputError } from "../errors.js";
import { isRegularFile, notAFile } from "../files/regularFile.js";
import { readText } from "../files/textFile.js";
import { formatCount, plural } from "../print/number.js";
import { Printed } from "../print/printed.js";
import { Table } from "../print/table.js";
import type { Config, ContrastConfig, FactorConfig } from "./config.js";
import { type Inputs, inputsSchema, knownKeys } from "./schema.js";
import { schemaFaults } from "./schemaFaults.js";
import { unknownKeys } from "./unknownKeys.js";
import { withoutEffect } from "./withoutEffect.js";
import { parseYaml, type YamlText } from "./yamlText.js";

/** The largest yml: a thousand contrasts of a hundred columns. */
const MOST_BYTES = 2 ** 21;

/**
 * Reads blmm_inputs.yml: checks every key, looks paths up (in the yml's folder, then in the working directory)
 * and fills in defaults. The file itself is never changed.
 *
 * @throws InputError with everything that is wrong, each with its key and line.
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const absolute = path.resolve(file);
  return readConfig(readText(file, "a blmm_inputs.yml", MOST_BYTES), absolute, file);
}

/**
 * A configuration from its text, as if it stood in `blmm_inputs.yml` of that folder. No file is written.
 *
 * @param folder where its paths are looked up; the working directory when left out.
 * @throws InputError with everything that is wrong, each with its key and line.
 */
export async function parseConfig(text: string, folder = "."): Promise<LoadedConfig> {
  const file = "blmm_inputs.yml";
  return readConfig(text, path.resolve(folder, file), file);
}

/**
 * A configuration from its text, as if it stood in this file, which need not be there.
 *
 * @throws InputError with everything that is wrong, each with its key and line.
 */
export function configOfText(text: string, file: string): LoadedConfig {
  return readConfig(text, path.resolve(file), file);
}

function readConfig(text: string, absolute: string, file: string): LoadedConfig {
  const yaml = parseYaml(text, file);
  if (typeof yaml.value !== "object" || yaml.value === null || Array.isArray(yaml.value)) {
    throw new InputError({
      file,
      found: "no keys",
      expected: `the keys of blmm_inputs.yml (${knownKeys.slice(0, 5).join(", ")}, …)`,
    });
  }
  const faults = new FaultList();
  const parsed = inputsSchema.safeParse(yaml.value);
  if (!parsed.success) for (const fault of schemaFaults(parsed.error.issues, yaml, file)) faults.add(fault);
  faults.throwIfAny();
  const inputs = parsed.data as Inputs;
  const config = new ConfigReader(inputs, yaml, absolute, file, faults).read(text);
  faults.throwIfAny();
  return config;
}

class ConfigReader {
  private readonly folder: string;

  constructor(
    private readonly inputs: Inputs,
    private readonly yaml: YamlText,
    private readonly absolute: string,
    private readonly file: string,
    private readonly faults: FaultList,
  ) {
    this.folder = path.dirname(absolute);
  }

  read(text: string): LoadedConfig {
    const { inputs } = this;
    this.checkCluster();
    this.checkNames();
    const Z = inputs.Z.flatMap((entry, k) =>
      Object.entries(entry).map(([label, factor]) => this.factor(label, factor, k)),
    );
    if (Z.length > 1) {
      this.fault(
        ["Z"],
        plural(Z.length, "factor", "factors"),
        "one factor",
        "Models with several factors are not fitted by this version.",
      );
    }
    const threshold = inputs.data_mask_thresh;
    const maskFiles = this.optionalFile("data_mask_files", inputs.data_mask_files);
    if (threshold !== undefined && maskFiles === undefined) {
      this.fault(["data_mask_thresh"], "a threshold without masks", "`data_mask_files` beside it");
    }
    return new LoadedConfig({
      file: this.absolute,
      text,
      yFiles: this.existing(["Y_files"], inputs.Y_files),
      X: this.existing(["X"], inputs.X),
      Z,
      contrasts: inputs.contrasts.flatMap((entry) =>
        Object.entries(entry).map(([label, one]) => readContrast(label, one)),
      ),
      outdir: this.outdir(),
      analysisMask: this.optionalFile("analysis_mask", inputs.analysis_mask),
      dataMaskFiles: maskFiles,
      dataMaskThreshold: threshold,
      missingness: { minPercent: inputs.Missingness?.MinPercent ?? 0, minN: inputs.Missingness?.MinN ?? 0 },
      maxMemory: inputs.MAXMEM ?? 2 ** 32,
      outputCovB: inputs.OutputCovB ?? true,
      resms: inputs.resms ?? false,
      minlog: inputs.minlog ?? -323.3062153431158,
      method: inputs.method ?? "pSFS",
      tol: inputs.tol ?? 1e-6,
      maxnit: inputs.maxnit ?? 10_000,
      voxelBatching: inputs.voxelBatching ?? false,
      maxnvb: inputs.maxnvb ?? 60,
      clusterType: inputs.clusterType ?? "Local",
      safeMode: inputs.safeMode ?? true,
      swedf: inputs.swedf ?? "observed",
      warnings: [
        ...this.yaml.warnings,
        ...unknownKeys(inputs, this.yaml, this.file),
        ...withoutEffect(inputs, this.file),
      ],
      lineOf: this.yaml.lineOf,
    });
  }

  private factor(
    label: string,
    factor: { name?: string | undefined; factor: string; design: string },
    k: number,
  ): FactorConfig {
    return {
      name: factor.name ?? label,
      factor: this.existing(["Z", k, label, "factor"], factor.factor),
      design: this.existing(["Z", k, label, "design"], factor.design),
    };
  }

  private checkCluster(): void {
    const { clusterType } = this.inputs;
    if (clusterType === undefined || clusterType.toLowerCase() === "local") return;
    const schedulers = ["SLURM", "SGE", "PBS", "LSF", "HTCondor", "Moab", "OAR"];
    const known = schedulers.some((name) => name.toLowerCase() === clusterType.toLowerCase());
    this.fault(
      ["clusterType"],
      JSON.stringify(clusterType),
      "Local",
      known
        ? "Clusters are not supported by this version: it fits on the cores of one machine."
        : "It is no cluster type that BLMM knows.",
    );
  }

  private outdir(): string {
    const directory = path.resolve(this.folder, this.inputs.outdir);
    for (let above = directory; ; above = path.dirname(above)) {
      if (existsSync(above)) {
        if (!statSync(above).isDirectory())
          this.fault(["outdir"], `${above} is a file`, "a directory, or a place where one can be made");
        break;
      }
      if (path.dirname(above) === above) break;
    }
    return directory;
  }

  private optionalFile(key: string, written: string | undefined): string | undefined {
    return written === undefined ? undefined : this.existing([key], written);
  }

  private existing(keys: readonly (string | number)[], written: string): string {
    const candidates = [path.resolve(this.folder, written), path.resolve(written)];
    const found = candidates.find(isRegularFile);
    if (found === undefined) {
      const quoted = JSON.stringify(written);
      const looked = [...new Set(candidates)].join(" and ");
      const other = candidates.map(notAFile).find((kind) => kind !== undefined);
      this.fault(
        keys,
        other === undefined ? `no file ${quoted} (looked at ${looked})` : `${quoted} is ${other}`,
        "a file that exists",
      );
    }
    return found ?? candidates[0];
  }

  /** Two contrasts of one name could not be told apart in the results. */
  private checkNames(): void {
    const seen = new Map<string, number | undefined>();
    this.inputs.contrasts.forEach((entry, k) => {
      for (const [label, contrast] of Object.entries(entry)) {
        const name = contrast.name ?? label;
        const keys = contrast.name === undefined ? [] : ["name"];
        if (seen.has(name)) {
          const line = seen.get(name);
          this.fault(
            ["contrasts", k, label, ...keys],
            `a second contrast named ${JSON.stringify(name)}${line === undefined ? "" : ` (the first is on line ${line})`}`,
            "a name for each contrast",
          );
        } else seen.set(name, this.yaml.lineOf("contrasts", k, label, ...keys));
      }
    });
  }

  private fault(keys: readonly (string | number)[], found: string, expected: string, hint?: string): void {
    const line = this.yaml.lineOf(...keys);
    this.faults.add({
      file: this.file,
      key: keys.filter((key) => typeof key === "string").join("."),
      ...(line === undefined ? {} : { line }),
      found,
      expected,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function readContrast(
  label: string,
  contrast: { name?: string | undefined; vector: number[] | number[][] },
): ContrastConfig {
  const name = contrast.name ?? label;
  if (contrast.vector.every((item) => typeof item === "number")) {
    return { name, kind: "T", vector: [contrast.vector as number[]] };
  }
  return { name, kind: "F", vector: contrast.vector as number[][] };
}

/** A configuration that prints itself as a table. */
export interface LoadedConfig extends Config {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor assigns every property of Config.
export class LoadedConfig extends Printed {
  constructor(config: Config) {
    super();
    Object.assign(this, config);
  }

  /** The configuration as a table of keys and values. */
  get table(): Table {
    const factor = this.Z[0];
    const { minPercent, minN } = this.missingness;
    const missing = [
      ...(minPercent === 0 ? [] : [`at least ${100 * minPercent}% of the images`]),
      ...(minN === 0 ? [] : [`at least ${formatCount(minN)} images`]),
    ];
    const rows: [string, string][] = [
      ["Y_files", this.yFiles],
      ["X", this.X],
      [
        "Z",
        factor === undefined ? "none: a linear model" : `${factor.name}: ${factor.factor}, ${factor.design}`,
      ],
      ["contrasts", this.contrasts.map(({ name, kind }) => `${name} (${kind})`).join(", ")],
      ["outdir", this.outdir],
      ["analysis_mask", this.analysisMask ?? "none"],
      ["data_mask_files", this.dataMaskFiles ?? "none"],
      ["Missingness", missing.join(" and ") || "none"],
      ["MAXMEM", `${(this.maxMemory / 2 ** 30).toFixed(1)} GiB`],
      ["swedf", this.swedf],
    ];
    return new Table(this.file, ["key", "value"], rows);
  }

  toString(): string {
    return [this.table.toString(), ...this.warnings.map((warning) => `note: ${warning}`)].join("\n");
  }

  toHTML(): string {
    const notes = this.warnings.map((warning) => `<li>note: ${escapeHtml(warning)}</li>`).join("");
    return `${this.table.toHTML()}${notes === "" ? "" : `<ul>${notes}</ul>`}`;
  }
}
