// A study with more vertices, or more images, out of a simulated one: every image of the left hemisphere that many
// times over, one after the other. The copies of a vertex are fitted anew each; nothing of a fit knows that they are alike.
// tile(FROM, TO, TIMES)
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Writes the designs and lists of `from` into `to`, and its images and mask `times` times over. */
export function tile(from, to, times) {
  mkdirSync(path.join(to, "lh"), { recursive: true });
  const again = (name) => {
    const bytes = readFileSync(path.join(from, name));
    writeFileSync(path.join(to, name), Buffer.concat(Array.from({ length: times }, () => bytes)));
  };
  for (const name of readdirSync(path.join(from, "lh"))) again(path.join("lh", name));
  again("lh_mask.dat");
  for (const design of ["des1", "des1r", "des2"]) {
    cpSync(path.join(from, design), path.join(to, design), { recursive: true });
    for (const name of [`lh_${design}_images.txt`]) cpSync(path.join(from, name), path.join(to, name));
    // Written last: it says that the study is whole.
    cpSync(path.join(from, `lh_${design}.yml`), path.join(to, `lh_${design}.yml`));
  }
}
