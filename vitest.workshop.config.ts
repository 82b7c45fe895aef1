import { defineConfig } from "vitest/config";

/** `npm run claims`: the notebooks on the workshop preset, which takes minutes. */
export default defineConfig({
  test: {
    include: ["tests/workshop/**/*.test.ts"],
    globalSetup: ["tests/build.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
  },
});
