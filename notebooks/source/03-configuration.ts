/* markdown title
# 3 · Configuration

**The question.** How do you tell BLMM which images, which model and which questions, and how do you notice that you
told it something else?

| | |
|---|---|
| **After this notebook you can** | read `blmm_inputs.yml` key by key; write a contrast as a vector; predict what a mistake leads to; read an error of the library |
| **Know first** | notebooks 1 and 2 |
| **Time** | 30 minutes |
| **Memory** | under 1 GB |

Numbers in the text are those of the workshop preset.
*/

// %% setup setup
import { attempt, loadConfig, openStudy, openTutorial, parseConfig, selfCheck, table, todo } from "blmm";
const tutorial = await openTutorial();
tutorial;

/* markdown file-words
## One file says it all

An analysis is one text file in *YAML*: keys, a colon, values; what belongs to a key is indented under it. The public
toolbox and this library read the same file.
*/

// %% file knob
const design = "des1"; // edit: "des1" | "des1r" | "des2"
const hemisphere = "lh"; // edit: "lh" | "rh"
const config = await loadConfig(tutorial.yml(design, hemisphere));
console.log(config.text);

/* markdown file-explain
**Explain.** From top to bottom: where the images are listed; the fixed-effects design; one grouping factor with its
labels and its random-effects design; five questions; which vertices to fit; how many images a vertex needs; where the
results go. `loadConfig` read it, checked every key, and found every file:
*/

// %% table
config;

/* markdown keys
## Key by key

| key | says | when left out |
|---|---|---|
| `Y_files` | a text file, one image a line; its order is the order of all other rows | required |
| `X` | the n × p design, csv, tsv or text; header and id column are recognized | required |
| `Z` | for each factor: `name`, `factor` (n labels), `design` (n × q) | required; `[]` is a model without random effects |
| `contrasts` | `name` and `vector`: a list is a T contrast, a list of lists an F contrast | required |
| `outdir` | the results directory | required |
| `analysis_mask` | an image; 0 is outside | every vertex |
| `Missingness` | `MinPercent` and/or `MinN`: images a vertex must have | none |
| `data_mask_files`, `data_mask_thresh` | one mask an image; under the threshold is missing | none |
| `MAXMEM` | bytes for images in memory, may be written `2**32` | 4 GiB |
| `OutputCovB`, `resms` | also write the covariance of β̂; the OLS residual mean square | true, false |
| `swedf` | degrees of freedom as in lmerTest (`observed`) or as in the public toolbox (`expected`) | observed |
| `minlog` | where log10 p stops | −323.3 |
| `method`, `tol`, `maxnit` | how the public toolbox searches. Here all methods end at the same optimum | pSFS, 1e-6, 10000 |
| `clusterType`, `voxelBatching`, `maxnvb` | where and in what portions it runs | Local |
| `safeMode` | leave out vertices with no more images than random effects | on |

Paths are looked up beside the yml first, then in the working directory. The library never changes your file; a copy goes
to the results.
*/

/* markdown order
## The order is the contract

Nothing in the files says which row of X belongs to which image: **row 7 of X, line 7 of the list, row 7 of the labels
and row 7 of Z are one image.** Numbers of rows can be checked, and are; their order cannot. A sorted image list beside an
unsorted X gives clean maps of nonsense. Make all four from one table, as notebook 9 does.
*/

// %% first-rows
const study = await openStudy(config);
const { levels, level, Z } = study.factors[0];
const file = (i: number) => study.images.images[i].path.split("/").slice(-2).join("/");
table([0, 1, 2, 3].map((i) => ({ row: `${i}`, image: file(i), subject: levels[level[i]], Z: Z.values[i * study.q] })));

/* markdown contrasts
## Contrasts

A contrast asks whether a combination of βs is zero, Lβ = 0. Its vector has one weight a column of X: the question about
*Sex* is 1 at Sex and 0 elsewhere. The five of the tutorial are of that kind. Other kinds are as easy:

| question | weights |
|---|---|
| is change within a child the same as the difference between children, a year for a year? | 1 at LongitudinalTime, −1 at CrossSectionalAge |
| does income matter at all? | two rows, one for each of its columns: an F contrast |

In the yml one writes numbers. Notebook 6 asks by name, after the fit.
*/

/* markdown exercise-1
### Exercise 3.1

Write the vector for *LongitudinalTime* − *CrossSectionalAge*. The columns are in `study.X.columns`; the first five are
Intercept, Sex, CrossSectionalAge, LongitudinalTime, NIHScore.
*/

// %% stub-1 stub 1
let vector: number[] = todo;

// %% check-1 check 1
const inWords = (L: number[]) => study.X.columns.flatMap((name, k) => (L[k] ? [`${L[k]}·${name}`] : [])).join(" ");
selfCheck("3.1", vector, {
  of: inWords, expected: "-1·CrossSectionalAge 1·LongitudinalTime",
  hint: "−1 in the third place, 1 in the fourth, 0 in the other 21.",
});

// %% solution-1 solution 1
vector = study.X.columns.map((name) => (name === "LongitudinalTime" ? 1 : name === "CrossSectionalAge" ? -1 : 0));

/* markdown exercise-2
### Exercise 3.2

With `MinPercent: 0.5`, how many images must a vertex have at least?
*/

// %% stub-2 stub 2
let atLeast: number = todo;

// %% check-2 check 2
selfCheck("3.2", atLeast, {
  expected: Math.ceil(config.missingness.minPercent * study.n),
  hint: "Half of study.n, rounded up.",
});

// %% solution-2 solution 2
atLeast = Math.ceil(study.n / 2);

/* markdown break-words
## Break it on purpose

`edited(find, put)` loads our file with one thing replaced, and opens the study. `attempt` shows what went wrong and lets
the notebook run on.
*/

// %% edited
const edited = (find: string | RegExp, put: string) =>
  attempt(async () => openStudy(await parseConfig(config.text.replace(find, put), tutorial.folder)));

/* markdown break-1
**Predict.** X is called `Xs.csv` by mistake. Which line will the error name?
*/

// %% break-file
await edited("X.csv", "Xs.csv");

/* markdown break-1-explain
**Explain.** Every error has four parts: **where** (file, key, line), **what was found**, **what was expected**, and,
where there is something to do, **what**. Here it also tells the two places where it looked.
*/

/* markdown break-2
**Predict.** We drop one weight of the first contrast.
*/

// %% break-contrast
await edited("[1, 0, 0", "[1, 0");

/* markdown break-3
**Predict.** 50 percent, written as `50`. And the labels of another design.
*/

// %% break-percent
await edited("MinPercent: 0.5", "MinPercent: 50");

// %% break-rows
await edited(`${design}/subjects.csv`, design === "des1" ? "des2/subjects.csv" : "des1/subjects.csv");

/* markdown break-rows-explain
**Explain.** The first would have kept no vertex at all: better to stop. The second is caught only because the numbers of
rows differ; the same labels in another order would have passed.
*/

/* markdown break-4
**Predict.** A key misspelled: `Missingnes`. Is that an error?
*/

// %% break-key
await parseConfig(config.text.replace("Missingness", "Missingnes"), tutorial.folder);

/* markdown break-4-explain
**Explain.** No: unknown keys are ignored, for a file may hold keys of other programs. But look at the *note* below the
table, which names the nearest known key, and at the line *Missingness: none*. This is the most expensive kind of
mistake: everything runs, and not as you meant. Read the table before you fit.
*/

/* markdown cluster
The tutorial's example has `clusterType: SLURM`. Try it:
*/

// %% break-cluster
await edited("outdir:", "clusterType: SLURM\noutdir:");

/* markdown cluster-explain
**Explain.** This version fits on the cores of one machine and says so at once, rather than after hours in a queue. Take
the line out; notebook 9 shows how to use a cluster all the same.
*/

/* markdown exercise-3
### Exercise 3.3

This replacement breaks something: find out what with `edited`, then put a text there that opens. An F contrast of
*Sex* and *CrossSectionalAge* has **two** rows of 23 weights.
*/

// %% exercise-3-broken
const zeros = Array(20).fill(0).join(", ");
await edited(/vector: .*/, `vector: [[0, 1, 0, ${zeros}], [0, 0, 1]]`);

// %% stub-3 stub 3
let repaired: string = todo; // "vector: [[…], […]]"

// %% check-3 check 3
const opens = async (text: string) => {
  const { contrasts } = await openStudy(await parseConfig(config.text.replace(/vector: .*/, text), tutorial.folder));
  return `${contrasts[0].kind} of ${contrasts[0].rows} rows`;
};
await selfCheck("3.3", repaired, {
  of: opens, expected: "F of 2 rows",
  hint: "The second row has 3 weights: 20 are missing. `zeros` holds them.",
});

// %% solution-3 solution 3
repaired = `vector: [[0, 1, 0, ${zeros}], [0, 0, 1, ${zeros}]]`;

/* markdown summary
## Summary

One file names images, designs, questions and the place for results. Rows of everything go together by order alone.
Contrasts are weights on the columns of X. Errors say where, what and what instead; unknown keys are only noted, so read
the table. In a terminal, `npx blmm check blmm_inputs.yml` says all of this and fits nothing.

**Glossary.** *YAML*: the file's format; indentation counts. *Key*: a word before a colon. *Contrast, L*: weights on β.
*T contrast*: one row; *F contrast*: several. *Analysis mask*: where to fit.

**Common errors**

| you see | because | do |
|---|---|---|
| `no file "…" (looked at …)` | the path is relative to another folder | write it relative to the yml |
| `22 weights; expected 23` | X has got or lost a column since | write the vector anew, or ask by name (notebook 6) |
| `broken yml: Nested mappings …` | indentation | two spaces a level, no tabs |
| `unknown key … is ignored` | a misspelled key | take the name that the note gives |
| `a column that follows from …` | X lost its rank | take a column out |

**Next:** [4 · Fit](04-fit.ipynb).
*/
