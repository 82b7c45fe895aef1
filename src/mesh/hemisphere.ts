/** Left or right. */
export type Hemisphere = "lh" | "rh";
