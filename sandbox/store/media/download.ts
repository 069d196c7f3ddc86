import type { StagedUploads } from '../hosts/staged-uploads.ts';
import type { FileErrorRecord, ShopState } from '../records.ts';
import type { Download } from './lifecycle.ts';

const limitMs = 30_000;
const maxBytes = 100e6;

const failure = (code: string, message: string): FileErrorRecord => ({ code, message, details: null });

/** Reads an originalSource as Shopify would: a staged upload from its own storage, anything else by HTTP. */
export function createDownload(deps: { staged: StagedUploads; uploadOrigin: () => string }) {
  return async (url: string, shop: ShopState): Promise<Download | FileErrorRecord> => {
    if (url.startsWith(deps.uploadOrigin())) {
      const bytes = deps.staged.read(url, shop);
      if (bytes === 'expired') return failure('INVALID_SIGNED_URL', 'The signed URL has expired');
      if (typeof bytes === 'string')
        return failure('IMAGE_DOWNLOAD_FAILURE', 'Image could not be downloaded');
      return { bytes };
    }
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
      if (!response.ok)
        return failure('IMAGE_DOWNLOAD_FAILURE', `Image could not be downloaded: HTTP ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.byteLength > maxBytes)
        return failure('INVALID_IMAGE_FILE_SIZE', 'Image size must be below 20 MB');
      return { bytes };
    } catch (error) {
      return failure(
        'IMAGE_DOWNLOAD_FAILURE',
        `Image could not be downloaded: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
}
