/** The demo ran, and something is not as it should be. */
export class DemoError extends Error {}
