import { fileNameOf, type ShopImage } from '../catalog/media.ts';
import type { ImageChanges } from '../store/images.ts';

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
