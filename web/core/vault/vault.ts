import { VitrineError } from '../errors.ts';
import type { Digest } from './digest.ts';

/** Bytes by their SHA-256: write-once, verified on read. It knows nothing of shops; references are the store's. */
export interface Vault {
  /** Resolves only when the bytes would survive a power cut. Writing the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** @throws VaultError vault-missing | vault-corrupt: never hands out bytes that are not what the digest says. */
  read(digest: Digest): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
  /** Removing what is not there is no error. */
  remove(digest: Digest): Promise<void>;
  /** Every digest that is held, in no order. */
  list(): AsyncIterable<Digest>;
}

export type VaultErrorCode = 'vault-missing' | 'vault-corrupt' | 'vault-unwritable';

export class VaultError extends VitrineError {
  declare readonly code: VaultErrorCode;
  constructor(code: VaultErrorCode, sentence: string, options: { detail?: string; cause?: unknown } = {}) {
    super(code, sentence, options);
  }
}
