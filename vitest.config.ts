import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    exclude: ['test/e2e/**'],
    pool: 'forks',
    // Two cores are what is promised; native threads of libvips and onnxruntime come on top.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/tally-reporter.ts'],
  },
});
