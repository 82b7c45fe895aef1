/* markdown title
# 9 · Your own data

**The question.** You have a folder of images and a table of who is who. What are the steps to maps that you can show?

| | |
|---|---|
| **After this notebook you can** | check images; turn a table into X, Z and `blmm_inputs.yml`; fit, look and write a page; open results that others publish; run it all without a notebook |
| **Know first** | notebooks 1, 3 and 4 |
| **Time** | 35 minutes |
| **Memory** | images × vertices × 4 bytes, or what `MAXMEM` allows |

We pretend that the simulated study is yours. Replace the paths by your own.
*/

// %% setup setup
import {
  attempt, compare, contrast, fit, inspectImage, openResults, openStudy, openTutorial, prepareStudy,
  readTable, selfCheck, todo, view, writePage,
} from "blmm";
const tutorial = await openTutorial();
tutorial;

/* markdown need
## What you need

1. **Images in a common space.** Every value number 5 must be the same place in every brain: surface maps on *fsaverage5*,
   or volumes in one template space. They come from your preprocessing, one a visit (or one a contrast and visit).
2. **One table, one row an image:** which file, which subject, and every variable of the model. Words for categories,
   numbers for numbers, nothing empty.
3. **A question**, written down before the first map.

GIFTI, NIfTI, MGH, FreeSurfer curv and raw `.dat` images are read; several images may be stacked in one file. The table
below has the columns that such tables have.
*/

// %% table knob
const participants = await tutorial.participants("lh"); // edit: the path of your own .tsv or .csv
await readTable(participants);

/* markdown image-words
### Look at one image first

**Predict.** Format, number of values, surface or volume?
*/

// %% image knob
const image = `${tutorial.folder}/lh/sub-0001_ses-1.dat`; // edit: the path of one of your images
inspectImage(image);

/* markdown image-explain
**Explain.** A surface image of fsaverage5 has 10,242 values, one of fsaverage 163,842. Two hemispheres are two studies
with the same table. If the number is another than you thought, stop here: everything after would be nonsense in good
order.
*/

/* markdown prepare-words
## From the table to blmm_inputs.yml

Say which columns are fixed effects, which one names the subjects, and which random effects there are beside the
intercept.

**Predict.** `race` has four categories. How many columns of X will it get, and which category is the reference?
*/

// %% prepare knob
const fixed = ["sex", "age", "time", "score", "race", "scanner"]; // edit: columns, such as ["age", "time", "score"]
const random: string[] = []; // edit: [] (Design 1) | ["time"] (Design 2)
const where = { folder: `${tutorial.folder}/mine`, table: participants, image: "image", subject: "subject" };
const mine = await prepareStudy({ ...where, fixed, random, mask: `${tutorial.folder}/lh_mask.dat` });
mine;

/* markdown prepare-explain
**Explain.** Three columns for `race`; the reference is the first in the alphabet, and the table says which. All four files
were made from the same rows, so their order cannot differ. What else may stand beside `fixed`:

| option | does |
|---|---|
| `reference: { race: "white" }` | another reference |
| `center: ["age"]` | takes the mean off, so that the intercept is a child of average age |
| `categories: ["scanner"]` | numbers that are names become columns of 0 and 1 |
| `fixed: ["age^2", "sex:time", "sex*time"]` | a power; a product; both columns and their product |
| `contrasts: { "score − age": "score - age" }` | questions of your own, by name; else one for each entry of `fixed` |
| `leaveOut: "empty"` | leaves rows with an empty cell out, and counts them |

### The same in one line

A formula says fixed effects and random effects at once, as in R's lme4. What stands before `~` is for the reader.

**Predict.** How many columns has X here, and which of them is a product?
*/

// %% formula knob
const formula = "nback ~ sex + age*time + (1 + time | subject)"; // edit: such as "nback ~ score + (1 | subject)"
const files = { folder: `${tutorial.folder}/formula`, table: participants, image: "image" };
const byFormula = await prepareStudy({ ...files, formula, center: ["age"] });
byFormula.columns;

/* markdown formula-explain
**Explain.** The intercept, *sex*, *age*, *time*, and the product *age:time*: does change depend on the age at the start?
Its β is a change of the slope, and its test is the answer to the question that notebook 6 could not ask. The random part
`(1 + time | subject)` is Design 2, so that children with one image were left out.
*/

// %% yml
import { readFileSync } from "node:fs";
console.log(readFileSync(mine.yml, "utf8"));

/* markdown check-words
## Check, then fit

**Predict.** Read the summary as in notebook 1: which two lines would tell you that something went wrong?
*/

// %% open
const study = await openStudy(mine.yml);
study;

/* markdown open-explain
**Explain.** *Rank* (must equal the number of columns) and the number of *levels* (must be your number of subjects: a
`sub-01` beside a `sub-1` makes two children of one). Look at lowest and highest of each column too: 999 for *unknown* is a
favorite.
*/

// %% fit
const fitted = await fit(study);
fitted;

// %% view knob
const contrastName = "score"; // edit: "score" | "age" | "time"
const threshold = 2; // edit: a number ≥ 0, such as 3
view(fitted, { statistic: "conT", contrast: contrastName, threshold });

/* markdown exercise-1
### Exercise 9.1

How many columns does X get if `income` (three categories) joins the six variables above? Answer before you try it.
*/

// %% stub-1 stub 1
let columns: number = todo;

// %% check-1 check 1
const seven = ["sex", "age", "time", "score", "race", "scanner", "income"];
const wider = await prepareStudy({ ...where, folder: `${tutorial.folder}/wider`, fixed: seven });
selfCheck("9.1", columns, {
  expected: (await openStudy(wider.yml)).p,
  hint: "The intercept; one for each number and for sex; one less than the categories: race 4, scanner 8, income 3.",
});

// %% solution-1 solution 1
columns = 1 + 4 + 3 + 7 + 2;

/* markdown exercise-2
### Exercise 9.2

Break the table: what does the error say when a column does not exist? Answer with the name that the message offers for
`"scores"`.
*/

// %% broken
await attempt(() => prepareStudy({ ...where, fixed: ["scores"] }));

// %% stub-2 stub 2
let offered: string = todo;

// %% check-2 check 2
selfCheck("9.2", offered, { expected: "score", hint: "It is in the list after “expected one of”." });

// %% solution-2 solution 2
offered = "score";

/* markdown page-words
## A page to show

A folder with one `index.html` and what it needs: the viewer, all contrasts, tables. It opens by double click, without a
network, and can be put on any web server.
*/

// %% page
await writePage(`${tutorial.folder}/page`, fitted, { title: "My study", meshes: tutorial.mesh("lh") });

/* markdown published-words
## Results of others

Any BLMM results directory opens, whoever wrote it: the public toolbox, this library, the results that accompany the
tutorial. Those hold no names, so give them; without, volumes are called *contrast 0*, *contrast 1*, … A mask that was
written as float instead of int is recognized.
*/

// %% published knob
const folder = tutorial.results("des1", "lh"); // edit: the path of a results directory
const five = ["Intercept", "Sex", "CrossSectionalAge", "LongitudinalTime", "NIHScore"]; // edit: names of its contrasts
const published = await openResults(folder, { contrasts: five });
published;

// %% published-view
view(published, { statistic: "conT", contrast: "Sex", threshold: 2 });

/* markdown published-explain
**Explain.** Two cautions. Maps alone are enough to *look*, not to ask new questions: `contrast` needs the folder
`estimates/`, and says so where it is missing. And before you interpret D, χ² or slopes of published maps, look at how many
fits are singular; in the published Design 2 nearly all correlations of intercept and slope are ±1.
*/

// %% no-estimates
const [reduced, full] = [await tutorial.fitted("des1r", "lh"), await tutorial.fitted("des2", "lh")];
await attempt(() => contrast(compare(reduced, full), "Sex"));

/* markdown exercise-3
### Exercise 9.3

Your X has 23 columns and 9,835 images of 20,484 vertices. How many GB do the images take in memory (10⁹ bytes)?
*/

// %% stub-3 stub 3
let gigabytes: number = todo;

// %% check-3 check 3
selfCheck("9.3", gigabytes, {
  expected: 0.806, within: 0.01,
  hint: "images × vertices × 4 bytes; X does not matter.",
});

// %% solution-3 solution 3
gigabytes = (9835 * 20484 * 4) / 1e9;

/* markdown terminal
## Without a notebook

The same verbs in a terminal:

```
npx blmm check mine/blmm_inputs.yml
npx blmm fit mine/blmm_inputs.yml
npx blmm info mine/results
npx blmm contrast mine/results "score - 0.5*age"
npx blmm compare results_des1r results_des2 results_compare
```

**On a cluster**, ask the scheduler for *one* node with many cores and run the same line; this version uses the cores of one
machine and reads no `clusterType` but `Local`. Two hemispheres and three designs are six jobs that know nothing of each
other. For SLURM:

```
#!/bin/bash
#SBATCH --array=0-5 --cpus-per-task=16 --mem=16G --time=1:00:00
ymls=(lh_des1 rh_des1 lh_des1r rh_des1r lh_des2 rh_des2)
npx blmm fit ${ymls[$SLURM_ARRAY_TASK_ID]}.yml
```

A job that is killed leaves no half-written results: it is safe to submit it again.
*/

/* markdown checklist
## Before you believe your first map

- [ ] Does the intercept, or the average response of notebook 6, look like the task?
- [ ] Does `n` look like the brain's edge, and nothing else?
- [ ] Are there status 3 vertices (not converged)? How many are singular?
- [ ] Do four known rows agree across list, X, labels and Z?
- [ ] Does a shuffled column (notebook 8) give a map of nothing?
- [ ] Is the correction over *all* vertices and both hemispheres?
- [ ] Did you decide on design and contrasts before you looked?
*/

/* markdown summary
## Summary

One table, one row an image, makes everything else. Check the images, then rank and levels, then fit. A page shows the
result to others; directories of others open the same way, to look at. A terminal and a cluster need no notebook.

**Glossary.** *Template space*: where the same index is the same place. *Long table*: one row an image, not one a child.
*Page*: a folder that a browser opens.

**Common errors**

| you see | because | do |
|---|---|---|
| `no column "scores"; expected one of …` | a name that the table does not have | take one from the list |
| `1 row with an empty cell (in …); expected a value` | missing covariates | leave such rows out, `leaveOut: "empty"`, or impute: decide and say so |
| `one level, "sub"` | the wrong column for subjects | name the right one |
| `10,242 vertices; expected 163,842` | images of two resolutions | resample |
| `maps without the estimates …` | results of another program | fit again from its yml |

**You are through.** Go back to [0 · Start here](00-start-here.ipynb), choose another preset, and run a notebook again
with a question of your own.
*/
