import { CatalogError } from '../../catalog/errors.ts';
import { fileNameOf, isSameContent, readMediaImage, type ShopImage } from '../../catalog/media.ts';
import { placeOf, readProductContext } from '../../catalog/product.ts';
import { shownColumns } from '../../catalog/shown.ts';
import type { ImageRecord } from '../../store/records.ts';
import { isOwnContent } from '../own-content.ts';
import type { Settings } from '../settings.ts';
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
    const end = decide(shown, work.settings, { isOwn, isAsked: work.trigger === 'merchant' });
    const patch = { before: shown };
    // What the row says is shown and contentDigest belong together: a changed picture takes the old digest away.
    const changes = isAsLeft(shown, image) ? {} : { ...shownColumns(shown), contentDigest: null };
    if (end === null)
      return { patch: { ...patch, facts: { place: await findPlace(context) } }, image: changes };
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

/**
 * The rules. `isOwn`: the shop shows what our last write, or a restore, left there. `isAsked`: a person asked for just
 * this image, so that neither that nor its size keeps it from being worked on. Null: there is work to do.
 * @throws CatalogError (retriable) while Shopify still processes the image.
 */
export function decide(
  shown: ShopImage,
  settings: Settings,
  { isOwn, isAsked }: { readonly isOwn: boolean; readonly isAsked: boolean },
): End | null {
  if (shown.fileStatus === 'FAILED') {
    return skip('media-failed', 'Shopify could not process this image; upload it again.');
  }
  const { widthPx, heightPx } = shown;
  if (shown.fileStatus !== 'READY' || widthPx === null || heightPx === null) {
    throw new CatalogError(
      'media-not-ready',
      'Shopify is still processing the image; it is looked at again soon.',
      {
        isRetriable: true,
        isReported: false,
      },
    );
  }
  if (isOwn && !isAsked) return ownWrite;
  const format = formats[extensionOf(shown.url)];
  if (format === undefined) {
    return skip(
      'format-not-written',
      `Vitrine replaces JPEG, PNG and WebP images in place; this one is ${kindOf(shown)}.`,
    );
  }
  const [longest, shortest] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  const { largeEnoughLongestSidePx, smallestShortestSidePx } = settings.rules;
  if (longest >= largeEnoughLongestSidePx && !isAsked) {
    return {
      state: 'skipped',
      imageStatus: 'good',
      code: 'large-enough',
      sentence: `The image is ${longest} px on its longest side; ${largeEnoughLongestSidePx} px are enough.`,
    };
  }
  if (shortest < smallestShortestSidePx) {
    return skip(
      'too-small',
      `The image is only ${widthPx}×${heightPx} px; at least ${smallestShortestSidePx} px on the shortest side are needed.`,
    );
  }
  return null;
}

const ownWrite: End = {
  state: 'skipped',
  imageStatus: 'enhanced',
  code: 'own-write',
  sentence: 'The image is as Vitrine left it.',
};

const skip = (code: string, sentence: string): End => ({
  state: 'skipped',
  imageStatus: 'skipped',
  code,
  sentence,
});

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

const formats: Readonly<Record<string, string>> = { jpg: 'jpg', jpeg: 'jpg', png: 'png', webp: 'webp' };

function extensionOf(url: string | null): string {
  return fileNameOf(url).split('.').at(-1)?.toLowerCase() ?? '';
}

function kindOf(shown: ShopImage): string {
  return shown.mimeType?.replace('image/', '').toUpperCase() ?? 'of another kind';
}

async function findPlace({ image, client, signal }: StepContext): Promise<Place> {
  const context =
    image.productId === null ? null : await readProductContext(await client(), image.productId, signal);
  if (context === null) return { productId: null, productTitle: null, position: null, variantIds: [] };
  return { productId: context.productId, productTitle: context.title, ...placeOf(context, image.mediaId) };
}
