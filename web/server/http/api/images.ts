import { type Response, Router } from 'express';
import { z } from 'zod';
import { requestRestore } from '../../../core/audit/rollback.ts';
import { newId } from '../../../core/store/ids.ts';
import { getImage, listImages } from '../../../core/store/images.ts';
import { sessionOf } from '../require-session.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import {
  imageDetailSchema,
  imageListQuerySchema,
  imageListSchema,
  restoreAnswerSchema,
  restoreBodySchema,
} from './schemas.ts';
import { signBlobUrl } from './signed-url.ts';
import { toImageDetail, toImageRow } from './views.ts';

const imageIdSchema = z.object({ id: z.uuid() });

/** GET /, GET /:id, POST /:id/restore below /api/images. */
export function imageRoutes(deps: ApiDeps): Router {
  const shopOf = (response: Response) => deps.store.forShop(sessionOf(response).shopId);
  const sign = (shopId: string, digest: string) =>
    signBlobUrl(deps.signingKey, { shopId, digest }, deps.now());
  const router = Router();

  router.get('/', async function list(request, response) {
    const { status, search, after, limit } = imageListQuerySchema.parse(request.query);
    const page = await listImages(shopOf(response), {
      limit,
      ...(status && status.length > 0 && { statuses: status }),
      ...(search && { search }),
      ...(after !== undefined && { after: readCursor(after) }),
    });
    const body = { images: page.images.map(toImageRow), next: page.next && writeCursor(page.next) };
    response.json(imageListSchema.parse(body));
  });

  router.get('/:id', async function detail(request, response) {
    const { id } = imageIdSchema.parse(request.params);
    const shop = shopOf(response);
    response.json(imageDetailSchema.parse(await toImageDetail(shop, await getImage(shop, id), sign)));
  });

  router.post('/:id/restore', async function restore(request, response) {
    const { id: imageId } = imageIdSchema.parse(request.params);
    const { isForced } = restoreBodySchema.parse(request.body ?? {});
    const { shopId, userId } = sessionOf(response);
    const restoreId = newId();
    const actor = { kind: 'staff', id: userId } as const;
    await deps.store.transaction((tx) =>
      requestRestore(tx.forShop(shopId), { imageId, restoreId, actor, isForced }),
    );
    response.status(202).json(restoreAnswerSchema.parse({ restoreId }));
  });

  return router;
}
