import { referToBlob } from '../store/blobs.ts';
import { findEnhancement } from '../store/enhancements.ts';
import type { Store } from '../store/store.ts';
import { type Vault, VaultError } from '../vault/vault.ts';
import type { OutputStore } from './ports.ts';

/** As long as the other results that could be made again, for a price. */
const keptMs = 30 * 24 * 3_600_000;

/** Results in the vault, each with the shop's reference to it. */
export function createVaultOutputs({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'forShop'>;
  readonly vault: Vault;
}): OutputStore {
  return {
    async save({ shopId, enhancementId }, bytes) {
      const shop = store.forShop(shopId);
      const digest = await vault.put(bytes);
      // A try on the step ladder has no enhancement, and so no image: its own id stands for it.
      const imageId = (await findEnhancement(shop, enhancementId))?.imageId ?? enhancementId;
      const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
      await referToBlob(shop, {
        digest,
        bytes: bytes.length,
        mimeType: isJpeg ? 'image/jpeg' : 'image/png',
        role: 'raw',
        imageId,
        expiresAt: new Date(shop.now().getTime() + keptMs),
      });
      // Until now the retention may have removed old bytes that nobody referred to; from here on it cannot.
      if (!(await vault.has(digest))) await vault.put(bytes);
      return digest;
    },
    async read(_shopId, digest) {
      try {
        return await vault.read(digest);
      } catch (error) {
        if (error instanceof VaultError && error.code === 'vault-missing') return null;
        throw error;
      }
    },
  };
}
