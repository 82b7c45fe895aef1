// Formulas of prose, drawn by KaTeX when the page is made: a reader's browser runs no script for them.
import katex from "katex";

/** Code is left alone: `${name}` in it is no formula. */
const CODE_OR_MATH = /```[\s\S]*?```|`[^`\n]+`|\$\$([\s\S]+?)\$\$|\$([^\s$](?:[^$\n]*[^\s$])?)\$/g;

/**
 * Takes the formulas out of Markdown, whose converter would read `_` and `*` in them.
 *
 * @param {string} text Markdown.
 * @param {string[]} formulas to which the HTML of each formula is added.
 * @returns {string} the Markdown, with a mark where each formula stood; `putBack` finds it.
 * @throws where KaTeX cannot read a formula: it names it.
 */
export function takeOut(text, formulas) {
  return text.replace(CODE_OR_MATH, (whole, displayed, inline) => {
    const formula = displayed ?? inline;
    if (formula === undefined) return whole;
    const displayMode = displayed !== undefined;
    formulas.push(katex.renderToString(formula.trim(), { displayMode, throwOnError: true, strict: "error" }));
    return mark(formulas.length - 1);
  });
}

/** Puts the formulas where their marks are in the HTML. */
export function putBack(html, formulas) {
  return formulas.reduce((text, formula, k) => text.replace(mark(k), () => formula), html);
}

function mark(k) {
  return `blmm-formula-${k}-`;
}
