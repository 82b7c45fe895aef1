// npm run notebooks: makes the notebooks of notebooks/source into .ipynb: the student's copies in notebooks/, the
// teacher's, with solutions, in notebooks/teacher/. With --check it writes nothing and fails where a copy is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf, notebookFolder, proseOf, readSources } from "./notebookSource.mjs";

const lines = (text) => text.split("\n").map((line, k, all) => (k < all.length - 1 ? `${line}\n` : line));

/**
 * One notebook as the text of its .ipynb, without outputs and execution counts.
 *
 * @param {import("./notebookSource.mjs").Source} source
 * @param {"student" | "teacher"} copy
 */
export function ipynbOf(source, copy) {
  const code = new Map(codeOf(source, copy).map((cell) => [cell.id, cell]));
  const markdown = (id, text, metadata = {}) => ({
    cell_type: "markdown",
    id,
    metadata,
    source: lines(text),
  });
  const cells = source.cells.flatMap(({ id, type, kind, text, exercise }) => {
    if (type === "markdown") return [markdown(id, proseOf(text))];
    if (kind === "solution")
      return copy === "teacher" ? [] : [markdown(id, folded(exercise, text), { tags: [kind] })];
    // The source of a check gives its answer away; it opens by a click.
    const hidden = kind === "check" ? { jupyter: { source_hidden: true } } : {};
    const metadata = { ...hidden, tags: kind === "knob" ? ["knob", "parameters"] : [kind] };
    return [
      {
        cell_type: "code",
        execution_count: null,
        id,
        metadata,
        outputs: [],
        source: lines(code.get(id).text),
      },
    ];
  });
  const notebook = {
    cells,
    metadata: {
      kernelspec: { display_name: "BLMM (TypeScript)", language: "typescript", name: "blmm" },
      language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function folded(exercise, text) {
  return `<details><summary>Solution ${exercise}</summary>\n\n\`\`\`ts\n${text}\n\`\`\`\n\n</details>`;
}

/** The committed copies that differ from what their source makes. */
export function staleNotebooks() {
  return readSources()
    .filter((source) => {
      const file = path.join(notebookFolder, `${source.name}.ipynb`);
      return !existsSync(file) || readFileSync(file, "utf8") !== ipynbOf(source, "student");
    })
    .map(({ name }) => `${name}.ipynb`);
}

/** Writes both copies; says how many there are and where. */
export function writeNotebooks() {
  const sources = readSources();
  for (const [copy, folder] of [
    ["student", notebookFolder],
    ["teacher", path.join(notebookFolder, "teacher")],
  ]) {
    mkdirSync(folder, { recursive: true });
    for (const source of sources)
      writeFileSync(path.join(folder, `${source.name}.ipynb`), ipynbOf(source, copy));
  }
  return `${sources.length} notebooks, for students in notebooks/, for teachers in notebooks/teacher/`;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stale = process.argv.includes("--check") ? staleNotebooks() : [];
  if (!process.argv.includes("--check")) process.stdout.write(`${writeNotebooks()}\n`);
  if (stale.length > 0) {
    process.stderr.write(`stale: ${stale.join(", ")}; run \`npm run notebooks\`\n`);
    process.exitCode = 1;
  }
}
