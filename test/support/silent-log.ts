import type { StoreLog } from '../../web/core/store/store.ts';

/** Says nothing: for tests that do not look at the log. */
export const silentLog: StoreLog = { debug() {}, info() {}, warn() {}, error() {} };
