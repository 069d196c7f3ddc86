import { fileNameOf, isSameContent, readMediaImage, type ShopImage } from '../../catalog/media.ts';
import { type ProductContext, placeOf, readProductContext } from '../../catalog/product.ts';
import { shownColumns } from '../../catalog/shown.ts';
import type { ImageRecord } from '../../store/records.ts';
import { isOwnContent } from '../own-content.ts';
import { decide, decideByProduct, settingsFor } from '../rules.ts';
import type { StepContext, StepDefinition } from '../step.ts';
import type { End, Place } from '../work.ts';

/** Reads what the shop shows now, and decides: work, or leave alone for a reason that a merchant understands. */
export const assess: StepDefinition = {
  name: 'assess',
  async run(context) {
    const { image, work } = context;
    const shown = await readMediaImage(await context.client(), image.mediaId, context.signal);
    if (shown === null) return { end: gone };
    const isOwn = isAsLeft(shown, image) && (await isOwnContent(context, image.contentDigest));
    const circumstances = { isOwn, isAsked: work.trigger === 'merchant', fileName: fileNameOf(shown.url) };
    const product = isOwn && !circumstances.isAsked ? null : await findProduct(context);
    const settings = settingsFor(work.settings, product);
    const end =
      decide(shown, settings, circumstances) ?? decideByProduct(product, shown, settings, circumstances);
    const patch = { before: shown, settings };
    // What the row says is shown and contentDigest belong together: a changed picture takes the old digest away.
    const changes = isAsLeft(shown, image) ? {} : { ...shownColumns(shown), contentDigest: null };
    if (end === null)
      return { patch: { ...patch, facts: { place: placeIn(product, image) } }, image: changes };
    const isRestored = image.contentDigest !== null && image.contentDigest === image.originalDigest;
    const imageStatus = end.code === 'own-write' && isRestored ? 'restored' : end.imageStatus;
    return { patch, image: changes, end: { ...end, imageStatus } };
  },
};

const gone: End = {
  state: 'superseded',
  imageStatus: 'skipped',
  code: 'media-gone',
  sentence: 'The image is no longer in the shop.',
};

/** Whether the shop shows what the row says: the content of its contentDigest. */
function isAsLeft(shown: ShopImage, image: ImageRecord): boolean {
  if (image.contentDigest === null) return false;
  const left: ShopImage = {
    ...shown,
    url: image.url,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    originalBytes: image.bytes === null ? null : Number(image.bytes),
  };
  return isSameContent(shown, left);
}

async function findProduct({ image, client, signal }: StepContext): Promise<ProductContext | null> {
  return image.productId === null ? null : readProductContext(await client(), image.productId, signal);
}

function placeIn(product: ProductContext | null, image: ImageRecord): Place {
  if (product === null) return { productId: null, productTitle: null, position: null, variantIds: [] };
  return { productId: product.productId, productTitle: product.title, ...placeOf(product, image.mediaId) };
}
