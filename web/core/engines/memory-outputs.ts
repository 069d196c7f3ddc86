import { createHash } from 'node:crypto';
import type { OutputStore } from './ports.ts';

/** Results of one process without a vault, such as the command line: held until they are read. */
export function createMemoryOutputs(): OutputStore {
  const held = new Map<string, Uint8Array>();
  return {
    async save({ shopId }, bytes) {
      const digest = createHash('sha256').update(bytes).digest('hex');
      held.set(`${shopId} ${digest}`, bytes);
      return digest;
    },
    read: async (shopId, digest) => held.get(`${shopId} ${digest}`) ?? null,
  };
}
