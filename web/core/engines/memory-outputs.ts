import { createHash } from 'node:crypto';
import { EngineError } from './errors.ts';
import type { OutputStore } from './ports.ts';

/** Results of one process without a vault, such as the command line: held until they are read. */
export function createMemoryOutputs(): OutputStore {
  const held = new Map<string, Uint8Array>();
  return {
    async save(shopId, bytes) {
      const digest = createHash('sha256').update(bytes).digest('hex');
      held.set(`${shopId} ${digest}`, bytes);
      return digest;
    },
    async read(shopId, digest) {
      const bytes = held.get(`${shopId} ${digest}`);
      if (bytes === undefined) {
        throw new EngineError('engine-output-missing', 'The result is not held any more; run it again.');
      }
      return bytes;
    },
  };
}
