import { fileNameOf } from '../catalog/media.ts';
import type { ShopTx } from '../store/door.ts';
import { findAliases } from '../store/image-aliases.ts';
import { findImagesByMediaIds, setImageStatus, updateImage, upsertSeenImage } from '../store/images.ts';
import type { ImageRecord } from '../store/records.ts';
import { sendEnhancement } from './queues.ts';

/** What a webhook, or a page of the catalogue, says of an image. A hint: what is true is read through the API. */
export interface NoticedMedia {
  readonly mediaId: string;
  readonly alt: string | null;
  /** Null while Shopify processes it. */
  readonly url: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** When Shopify last changed the media, as of the notice; ISO 8601. Null where the notice does not say. */
  readonly updatedAt: string | null;
}

export interface NoticedProduct {
  readonly productId: string;
  readonly title: string;
  readonly media: readonly NoticedMedia[];
}

export interface Noticed {
  readonly queued: readonly string[];
  readonly unchanged: number;
}

/**
 * Sends what looks new or changed to be assessed, and leaves the rest with one indexed read and no call to Shopify:
 * a changed price or stock, and the echo of our own write, end here.
 */
export async function noticeProduct(
  tx: ShopTx,
  product: NoticedProduct,
  trigger: 'webhook' | 'reconcile' = 'webhook',
): Promise<Noticed> {
  const known = await findImagesByMediaIds(
    tx,
    product.media.map(({ mediaId }) => mediaId),
  );
  const byMediaId = new Map(known.map((image) => [image.mediaId, image]));
  const unknown = product.media.map(({ mediaId }) => mediaId).filter((mediaId) => !byMediaId.has(mediaId));
  // Files that we made, or took out, while replacing one by another: our own write never starts work.
  const own = new Set((await findAliases(tx, unknown)).map(({ mediaId }) => mediaId));
  const queued: string[] = [];
  for (const media of product.media) {
    const image = byMediaId.get(media.mediaId);
    if (image === undefined) {
      if (own.has(media.mediaId)) continue;
      queued.push(await noticeNew(tx, product, media));
      continue;
    }
    if (!image.productIds.includes(product.productId)) {
      await updateImage(tx, image.id, { productIds: [...image.productIds, product.productId] });
    }
    // Late, or out of order: what it tells of was read already, or is over.
    if (isOlderThanSeen(image, media)) continue;
    if (!isAsKnown(image, media)) {
      // Facts that belong to the content are left to assess: they change together with its digest.
      await setImageStatus(tx, image.id, { status: 'queued', from: settledStatuses });
      queued.push(image.id);
    } else if (image.alt !== media.alt || image.productTitle !== product.title) {
      await updateImage(tx, image.id, { alt: media.alt, productTitle: product.title });
    }
  }
  for (const imageId of queued) await sendEnhancement(tx, { imageId, trigger, lane: 'live' });
  return { queued, unchanged: product.media.length - queued.length };
}

/** All but `queued` and `working`: an image under way is looked at again when its work is done. */
const settledStatuses = [
  'good',
  'review',
  'enhanced',
  'restored',
  'skipped',
  'failed',
  'superseded',
] as const;

async function noticeNew(tx: ShopTx, product: NoticedProduct, media: NoticedMedia): Promise<string> {
  const image = await upsertSeenImage(
    tx,
    {
      mediaId: media.mediaId,
      fileName: fileNameOf(media.url),
      productId: product.productId,
      productTitle: product.title,
      productIds: [product.productId],
      alt: media.alt,
      url: media.url,
      widthPx: media.widthPx,
      heightPx: media.heightPx,
    },
    'queued',
  );
  return image.id;
}

function isOlderThanSeen(image: ImageRecord, { updatedAt }: NoticedMedia): boolean {
  if (updatedAt === null || image.seenUpdatedAt === null) return false;
  return Date.parse(updatedAt) < image.seenUpdatedAt.getTime();
}

/** The version in the URL grows with each change of content; the host and other parameters say nothing. */
function isAsKnown(image: ImageRecord, media: NoticedMedia): boolean {
  return (
    versionedPath(image.url) === versionedPath(media.url) &&
    image.widthPx === media.widthPx &&
    image.heightPx === media.heightPx
  );
}

function versionedPath(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return url;
  const { pathname, searchParams } = new URL(url);
  return `${pathname}?v=${searchParams.get('v') ?? ''}`;
}
