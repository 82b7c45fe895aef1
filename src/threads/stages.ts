import type { FitProgress } from "./fitImages.js";

/** The stages of a fit in words. */
export const STAGES: Readonly<Record<FitProgress["stage"], string>> = {
  plan: "planning",
  read: "reading images",
  fit: "fitting",
  infer: "testing contrasts",
  write: "writing maps",
};
