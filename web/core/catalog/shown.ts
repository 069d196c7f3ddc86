import type { ImageChanges } from '../store/images.ts';
import { fileNameOf, type ShopImage } from './media.ts';

/** The columns of an image's row that say what the shop shows. */
export function shownColumns(shown: ShopImage): ImageChanges {
  return {
    alt: shown.alt,
    mimeType: shown.mimeType,
    url: shown.url,
    widthPx: shown.widthPx,
    heightPx: shown.heightPx,
    bytes: shown.originalBytes === null ? null : BigInt(shown.originalBytes),
    seenUpdatedAt: new Date(shown.updatedAt),
    ...(shown.url === null ? {} : { fileName: fileNameOf(shown.url) }),
  };
}

/** What the ledger keeps of it. Short-lived links are left out: they would be dead, and they are keys while they live. */
export function lastingFacts(shown: ShopImage): Record<string, unknown> {
  const { alt, url, widthPx, heightPx, originalBytes: bytes, mimeType, updatedAt } = shown;
  return { alt, url, widthPx, heightPx, bytes, mimeType, updatedAt };
}
