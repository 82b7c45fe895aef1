import { defineConfig } from "vitest/config";

/** `npm run test:slow`: the notebooks on the workshop preset, and every edit of a knob; it takes minutes. */
export default defineConfig({
  test: {
    include: ["tests/slow/**/*.test.ts"],
    globalSetup: ["tests/build.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
  },
});
