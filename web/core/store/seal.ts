import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SealError } from './errors.ts';

/**
 * Keeps secrets unreadable at rest: AES-256-GCM, one fresh nonce a value, and the value's place (`shop/…`,
 * `session/…`) authenticated with it, so that a sealed value moved to another row does not open there.
 */
export interface Seal {
  seal(plain: string, place: string): string;
  /** Throws SealError when the key is unknown, or the value or its place was changed. */
  open(sealed: string, place: string): string;
  /** Whether a value was sealed with an older key and should be sealed anew. */
  isOld(sealed: string): boolean;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * keys: 32 bytes each; the first seals, all open: during a rotation the old key comes second until everything is
 * sealed anew.
 */
export function createSeal(keys: readonly Uint8Array[]): Seal {
  const [current] = keys;
  if (current === undefined || keys.some((key) => key.length !== 32)) {
    throw new RangeError('keys: expected at least one key of 32 bytes');
  }
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]));
  const currentId = keyIdOf(current);
  return {
    seal(plain, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current, nonce, { authTagLength: tagBytes });
      cipher.setAAD(aadOf(currentId, place));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const packed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
      return `${version}.${currentId}.${packed}`;
    },
    open(sealed, place) {
      const [, keyId = '', packed = ''] = sealed.split('.');
      const key = byId.get(keyId);
      if (key === undefined) throw new SealError({ detail: `no key with id ${keyId}` });
      const bytes = Buffer.from(packed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(aadOf(keyId, place));
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const body = bytes.subarray(nonceBytes + tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new SealError({ cause });
      }
    },
    isOld: (sealed) => sealed.split('.')[1] !== currentId,
  };
}

/** Names a key without telling anything of it. */
function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('vitrine key id').update(key).digest('hex').slice(0, 8);
}

function aadOf(keyId: string, place: string): Buffer {
  return Buffer.from(`${version}.${keyId}.${place}`, 'utf8');
}
