import type { RequestHandler } from 'express';
import { z } from 'zod';
import { findReferredBlob } from '../../../core/store/blobs.ts';
import type { ApiDeps } from './deps.ts';
import { ApiError } from './problem.ts';
import { verifyBlobLink } from './signed-url.ts';

const digestSchema = z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) });
const linkSchema = z.object({
  shop: z.uuid(),
  expires: z.coerce.number().int().positive(),
  signature: z.string().max(100),
});
/** What the vault may be asked to show in a browser; anything else leaves as bytes to save. */
const pictureTypes = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);

/**
 * GET /api/blobs/:digest: a picture from the vault by a signed address. What strangers uploaded is served as nothing
 * but a picture: no sniffing, no scripts, no frame. The address names its content, so it may be cached for good.
 */
export function serveBlob(deps: Pick<ApiDeps, 'store' | 'vault' | 'signingKey' | 'now'>): RequestHandler {
  return async function blob(request, response) {
    const { digest } = digestSchema.parse(request.params);
    const { shop: shopId, expires, signature } = linkSchema.parse(request.query);
    if (!verifyBlobLink(deps.signingKey, { shopId, digest, expires }, signature, deps.now())) {
      throw new ApiError('link-expired', 'The address of this picture has expired; reload the page.');
    }
    const row = await findReferredBlob(deps.store.forShop(shopId), digest);
    if (row === null) throw new ApiError('page-unknown', 'This picture is no longer kept.');
    const isPicture = pictureTypes.has(row.mimeType);
    response.set({
      'content-type': isPicture ? row.mimeType : 'application/octet-stream',
      'content-disposition': isPicture ? 'inline' : 'attachment',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${digest}"`,
    });
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.end(await deps.vault.read(digest));
  };
}
