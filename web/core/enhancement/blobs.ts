import { type BlobRole, referToBlob } from '../store/blobs.ts';
import type { Digest } from '../vault/digest.ts';
import type { StepContext } from './step.ts';

/** What can be made again from the original and the record is kept for a month; the rest for good. */
const passingRoles: readonly BlobRole[] = ['prepared', 'alpha', 'raw'];
const passingMs = 30 * 24 * 3_600_000;

/** Puts bytes into the vault and says that the shop needs them. The bytes are safe when it resolves. */
export async function keepBlob(
  { deps, shop, image }: Pick<StepContext, 'deps' | 'shop' | 'image'>,
  bytes: Uint8Array,
  role: BlobRole,
  mimeType: string,
): Promise<Digest> {
  const digest = await deps.vault.put(bytes);
  const expiresAt = passingRoles.includes(role) ? new Date(shop.now().getTime() + passingMs) : null;
  await referToBlob(shop, { digest, bytes: bytes.length, mimeType, role, imageId: image.id, expiresAt });
  // Between the two the retention may have removed old bytes that nobody referred to; from here on it cannot.
  if (!(await deps.vault.has(digest))) await deps.vault.put(bytes);
  return digest;
}
