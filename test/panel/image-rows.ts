import type { ImageRow } from '../../web/server/http/api/schemas.ts';

/** A row as the API gives it, with what a test cares about. */
export function imageRow(id: string, more: Partial<ImageRow> = {}): ImageRow {
  return {
    id,
    mediaId: `gid://shopify/MediaImage/${id}`,
    productId: null,
    productTitle: null,
    fileName: `${id}.png`,
    alt: null,
    status: 'queued',
    reasonCode: null,
    reason: null,
    progress: 0,
    before: null,
    shown: { widthPx: 540, heightPx: 540 },
    shownBytes: 1000,
    thumbnailUrl: null,
    canRestore: false,
    updatedAt: '2026-11-01T10:00:00.000Z',
    ...more,
  };
}
