/* markdown title
# 2 · The model

**The question.** What does a mixed model do with the data that a regression does not? We fit *one* vertex by hand; the
library does the same at ten thousand.

| | |
|---|---|
| **After this notebook you can** | say what X, Z, β, σ² and D are and what shapes they have; say why a regression is too sure of some effects and not sure enough of others; read a likelihood profile; say what shrinkage is; recognize a singular fit |
| **Know first** | notebook 1; least squares; what a variance is |
| **Time** | 45 minutes |
| **Memory** | under 1 GB |

Numbers in the text are those of the workshop preset, left hemisphere.
*/

// %% setup setup
import {
  correlation, count, oneVertex, openStudy, openTutorial, plotLines, plotScatter, plotSubjects, selfCheck,
  strongestVertex, table, todo,
} from "blmm";
const tutorial = await openTutorial();
const study = await openStudy(tutorial.yml("des1"));
const des1 = await tutorial.fitted("des1", "lh");
tutorial;

/* markdown symbols
## The model, symbol by symbol

$$y = X\beta + Zb + \varepsilon,\qquad \varepsilon \sim N(0,\sigma^2 I),\qquad b \sim N(0,\sigma^2 D)$$

| symbol | shape | what it is | known? |
|---|---|---|---|
| y | n × 1 | the values of all images at one vertex | measured |
| X | n × p | fixed-effects design: one row an image | measured |
| β | p × 1 | what the population shares | **estimated** |
| Z | n × q | random-effects design: a column (Design 1) or two (Design 2) for each child | measured |
| b | q × 1 | what each child adds: drawn, not chosen | predicted |
| ε | n × 1 | what is left | – |
| σ² | 1 | variance of ε | **estimated** |
| D | q × q | covariance of b, **in units of σ²**: one small block, the same for every child | **estimated** |

The last line trips people: D is *relative*. The variance between children is σ²·D, not D. Children are unrelated, so all
of D repeats one block, and that block is what is estimated and written. In Design 1 it is a single number, D11. In Design
2 it holds three: D11 for the intercepts, D22 for the slopes, D21 for how they go together.
*/

/* markdown vertex-words
## One vertex

We take the vertex at which change over time is clearest.

**Predict.** Each line joins the visits of one child. Do the lines go up or down? Are they far apart?
*/

// %% vertex knob
const vertex = strongestVertex(des1, "LongitudinalTime"); // edit: a vertex number, such as 300
const one = await oneVertex(study, vertex);
plotSubjects(one, { subjects: 20 });

/* markdown vertex-explain
**Explain.** Most fall: β of *LongitudinalTime* is {{−0.23 = one.reml().beta.LongitudinalTime}} a year here. But the lines
also lie at different heights, and a child's points lie nearer to each other than to other children's. That second fact
is what this notebook is about.
*/

/* markdown ols-words
## Least squares first

Ordinary least squares, *OLS*, treats the {{456 = study.n}} images as that many unrelated observations. In the model's
words, D = 0: children add nothing of their own. `one.at(D)` estimates β and σ² when D is *held* where we put it.
*/

// %% ols
const ols = one.at(0);
const five = study.X.columns.slice(0, 5);
table(five.map((name) => ({ column: name, β: ols.beta[name], SE: ols.se[name], T: ols.beta[name] / ols.se[name] })));

/* markdown residuals-words
OLS assumes that the residuals y − Xβ̂ are unrelated. Are they? Take every child with a second visit: the residual at one
visit against the residual at the next.

**Predict.** If OLS is right, what does the cloud look like?
*/

// %% residuals
const residual = one.residuals(ols);
const child = study.factors[0].level; // which child each image is of
const later = Array.from(residual.keys()).filter((i) => i > 0 && child[i] === child[i - 1]);
const [here, before] = [later.map((i) => residual[i]), later.map((i) => residual[i - 1])];
plotScatter(before, here, { title: "residuals of the same child", x: "one visit", y: "the next visit" });

// %% residual-r
correlation(before, here);

/* markdown residuals-explain
**Explain.** OLS would have a round cloud. This one leans: r = {{0.33 = correlation(before, here)}}. A child above the
average at one visit tends to be above it at the next. {{456 = study.n}} images carry *less* than
{{456 = study.n}} images' worth about differences **between** children, and OLS does not know. It also does not know
that a child can be compared **with themselves**, where the height of the line drops out.
*/

/* markdown covariance-words
## What D does

Give each child a level of their own, b ~ N(0, σ²D). Two images of one child then share b, and their covariance is σ²D.
All of it fits in one matrix,

$$\operatorname{cov}(y) = \sigma^2 V,\qquad V = I + ZDZ',$$

which is 0 between children and has a small block for each child. Here is the block of a child with three visits: 1 + D
on its diagonal, D off it.
*/

// %% block knob
const trialD = 0.5; // edit: a number ≥ 0, such as 2
const visits = [0, 1, 2];
const block = visits.map((i) => visits.map((j) => (i === j ? 1 : 0) + trialD));
table(block, { title: "V of a child with three visits" });

/* markdown icc
The correlation of two visits of a child is therefore D / (1 + D), the *intraclass correlation*. With D = 0.5 it is a
third. The library never writes V down: at the size of ABCD it has 9,835² entries. Everything is worked out block by
block.
*/

/* markdown profile-words
## Which D?

Each D makes the data more likely or less. For each, β and σ² have their best values; what remains is a curve, the
**restricted log-likelihood** `llh`. *Restricted* (REML) means that it allows for the p coefficients that were estimated
on the way, as the n − p in an ordinary variance does.

**Predict.** At D = 0, is the curve rising or falling?
*/

// %% profile
const grid = Array.from({ length: 41 }, (_, k) => k / 20); // 0, 0.05, … 2
const profile = grid.map((D) => one.at(D).llh);
plotLines(grid, profile, { title: `vertex ${vertex}`, x: "D", y: "llh", mark: one.reml().D[0] });

// %% reml
const mixed = one.reml(); // the top of the curve
const D = mixed.D[0];
table({ D, "σ²": mixed.sigma2, "σ²·D": mixed.sigma2 * D, llh: mixed.llh, "llh at D = 0": ols.llh });

/* markdown profile-explain
**Explain.** It rises, by {{16.5 = mixed.llh - ols.llh}} to its top at D = {{0.58 = mixed.D[0]}}: children differ. The
residual variance splits in two, σ² = {{0.71 = mixed.sigma2}} within a child and σ²·D =
{{0.42 = mixed.sigma2 * mixed.D[0]}} between children; together they are near the single variance of OLS,
{{1.11 = ols.sigma2}}. The intraclass correlation is {{0.37 = mixed.D[0] / (1 + mixed.D[0])}}, close to the lean of the
cloud.
*/

/* markdown exercise-1
### Exercise 2.1

At D = 0.25, what is the correlation of two visits of one child?
*/

// %% stub-1 stub 1
let icc: number = todo;

// %% check-1 check 1
selfCheck("2.1", icc, { expected: 0.2, within: 0.001, hint: "D / (1 + D)." });

// %% solution-1 solution 1
icc = 0.25 / (1 + 0.25);

/* markdown compare-words
## Regression against mixed model

**Predict.** The mixed model knows that images come in families. Will the standard error of *NIHScore*, which differs
between children, grow or shrink? And that of *LongitudinalTime*, which changes within them?
*/

// %% ols-mixed
table(five.map((name) => ({
  column: name, "β OLS": ols.beta[name], "β mixed": mixed.beta[name],
  "SE OLS": ols.se[name], "SE mixed": mixed.se[name], ratio: mixed.se[name] / ols.se[name],
})));

/* markdown compare-explain
**Explain.** βs hardly move. Standard errors move in *both* directions: that of *NIHScore* grows by
{{19% = mixed.se.NIHScore / ols.se.NIHScore - 1}}, because a second scan of a child tells little that is new about the
child's score; that of *LongitudinalTime* shrinks by {{15% = 1 - mixed.se.LongitudinalTime / ols.se.LongitudinalTime}},
because each child is their own control. A regression is too sure of the first and not sure enough of the second. This
is the reason for mixed models.
*/

/* markdown library-words
### The library agrees

`fit` found the same at this vertex, among all others: compare β, SE, σ² and D11.
*/

// %% library
des1.vertex(vertex);

// %% library-difference
const difference = Math.abs(des1.vertex(vertex).beta.NIHScore - mixed.beta.NIHScore);
difference < 1e-5;

/* markdown shrinkage-words
## Shrinkage: what is special about a child

How far is a child from the average? The mean of their residuals is an honest answer, and a poor one when it rests on a
single noisy image. The model's answer, the *BLUP* b̂, pulls that mean towards 0:

$$\hat b = \frac{kD}{1 + kD}\times\text{mean residual},\qquad k = \text{number of visits}.$$

**Predict.** Of children with the same mean residual, whose b̂ is pulled most: those with one, two or three visits?
*/

// %% factors
table([1, 2, 3].map((k) => ({ visits: k, "share that is kept": (k * D) / (1 + k * D) })));

// %% shrinkage
const children = one.effects(mixed);
const [means, blups] = [children.map(({ mean }) => mean), children.map(({ b }) => b)];
plotScatter(means, blups, { title: "shrinkage", x: "mean residual", y: "b̂", line: "y = x" });

/* markdown shrinkage-explain
**Explain.** The points lie on three lines, all flatter than y = x: with one visit {{37% = D / (1 + D)}} of the mean is
kept, with three {{64% = (3 * D) / (1 + 3 * D)}}. The less a child has been seen, the more the model leans on the
population. With D = 0 everyone would be average; with a huge D everyone would be taken at face value.
*/

/* markdown exercise-2
### Exercise 2.2

A child with **two** visits has a mean residual of 1. What is b̂ at this vertex? Use `D`.
*/

// %% stub-2 stub 2
let blup: number = todo;

// %% check-2 check 2
const [pair] = children.filter(({ visits }) => visits === 2);
selfCheck("2.2", blup, { expected: pair.b / pair.mean, within: 0.001, hint: "k is 2 in kD / (1 + kD)." });

// %% solution-2 solution 2
blup = (2 * D) / (1 + 2 * D);

/* markdown slopes-words
## Random slopes, and why singletons carry none

Design 2 lets each child have a slope as well: the row of Z of an image is (1, t), with t the years since the first
visit. The block of V for images at times t and u then has D11 + (t + u)·D21 + t·u·D22, plus 1 on the diagonal.

**Predict.** A singleton has one image, at t = 0. Which of D11, D21, D22 can it tell us about?
*/

// %% singleton knob
const D22 = 0.3; // edit: a number ≥ 0, such as 1
const times = [0]; // edit: the times of a child's visits, such as [0, 2, 4]
const V = times.map((t) => times.map((u) => (t === u ? 1 : 0) + 0.5 + t * u * D22));
table(V, { title: `V with D11 = 0.5, D21 = 0, D22 = ${D22}` });

/* markdown slopes-explain
**Explain.** Only D11: at t = 0 the other terms vanish, and V stays at 1.5 whatever D22 is. Put `[0, 2, 4]` into the knob
and change D22: now V moves, most at late times. That is why Design 2 takes children with two visits or more.
*/

/* markdown singular-words
## A singular fit

A variance cannot be negative, so D11 ≥ 0. At some vertices the curve has its top *at the edge*.
*/

// %% singular
const edge = des1.map("status").data.indexOf(2); // status 2: singular
const other = await oneVertex(study, edge);
const falling = grid.map((D) => other.at(D).llh);
plotLines(grid, falling, { title: `vertex ${edge}`, x: "D", y: "llh", mark: other.reml().D[0] });

/* markdown singular-explain
**Explain.** The curve falls from the start, so D̂11 = 0 exactly. That is a **singular fit**: a legal answer of REML, not
a failure. It says that in *these* data the visits of a child resemble each other no more than those of two children.
It does not say that children do not differ: near 0 the curve is almost flat, and a D of 0.05 is hardly less likely
({{0.44 = other.at(0).llh - other.at(0.05).llh}} in llh).

What follows from it: β and σ² are those of OLS; every b̂ is 0; standard errors and degrees of freedom are taken as if D
were known to be 0, so they are a little too sure. Other programs warn here, or stop short of the edge.

With two random effects there are more edges: a slope variance of 0, or intercepts and slopes that are perfectly
correlated, |corr| = 1, so that one number a child would do.
*/

// %% singular-count
const des2 = await tutorial.fitted("des2", "lh");
const singular = [des1, des2].map((fit) => count(fit.map("status").volume(), (status) => status === 2));
table({ "Design 1": singular[0], "Design 2": singular[1], "vertices in the mask": des1.verticesInMask });

/* markdown count-explain
{{15 = singular[0]}} vertices in Design 1, {{3,140 = singular[1]}} in Design 2. The second is a third of the mask. Few
visits a child leave little to tell slopes by, and at {{49% = count(tutorial.truth("lh").D("D22"), (d) => d === 0) / des1.verticesInMask}} of the vertices the simulation has no slopes at all.
Notebook 7 asks which design the data ask for.
*/

/* markdown exercise-3
### Exercise 2.3

Twice the gain in llh is the *likelihood ratio* of notebook 7. What is it for the best D against D = 0, at our first
vertex? Use `mixed` and `ols`.
*/

// %% stub-3 stub 3
let ratio: number = todo;

// %% check-3 check 3
const curve = one.at(des1.map("D").data[vertex]).llh - profile[0];
selfCheck("2.3", ratio, {
  expected: 2 * curve, within: 0.01,
  hint: "2 * (llh of the one − llh of the other).",
});

// %% solution-3 solution 3
ratio = 2 * (mixed.llh - ols.llh);

/* markdown summary
## Summary

The mixed model gives children levels (and slopes) of their own. D says how much they differ in units of σ², and is
chosen by the restricted likelihood. Effects between children get larger standard errors, effects within children
smaller ones. What a child adds is shrunk, the more the less we saw of them. Where the likelihood is largest on the
boundary of D the fit is singular: an answer, to be read with care.

**Glossary.** *OLS*: least squares, D = 0. *REML, llh*: restricted maximum likelihood, and its logarithm. *Profile*: the
likelihood as a function of D alone. *Intraclass correlation*: D/(1 + D). *BLUP*: b̂, the prediction of what a child adds.
*Shrinkage*: its pull towards 0. *Singular*: D on its boundary.

**Common errors**

| you think | in fact |
|---|---|
| D is the variance between children | σ²·D is |
| singular means failed | it is the optimum; status 3 would be *not converged* |
| D̂ = 0 shows that children do not differ | the data cannot tell; look at the profile |
| more random effects are always safer | they need visits; Design 2 is singular at a third of these vertices |

**Next:** [3 · Configuration](03-configuration.ipynb), how to say all this to BLMM.
*/
