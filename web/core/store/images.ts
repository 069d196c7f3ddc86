import { clientOf, type ShopDb } from './door.ts';
import { RecordMissingError } from './errors.ts';
import { newId } from './ids.ts';
import { type ImageRecord, type ImageStatus, imageStatuses, type Prisma, toImage } from './records.ts';

export async function findImage(shop: ShopDb, imageId: string): Promise<ImageRecord | null> {
  const row = await clientOf(shop).image.findFirst({ where: { id: imageId, shopId: shop.shopId } });
  return row === null ? null : toImage(row);
}

/** As findImage; throws RecordMissingError. */
export async function getImage(shop: ShopDb, imageId: string): Promise<ImageRecord> {
  const image = await findImage(shop, imageId);
  if (image === null) throw new RecordMissingError('image');
  return image;
}

export async function findImageByMediaId(shop: ShopDb, mediaId: string): Promise<ImageRecord | null> {
  const where = { shopId_mediaId: { shopId: shop.shopId, mediaId } };
  const row = await clientOf(shop).image.findUnique({ where });
  return row === null ? null : toImage(row);
}

/** One indexed read for all media of a delivery. Unknown ids are simply not in the answer. */
export async function findImagesByMediaIds(
  shop: ShopDb,
  mediaIds: readonly string[],
): Promise<ImageRecord[]> {
  const rows = await clientOf(shop).image.findMany({
    where: { shopId: shop.shopId, mediaId: { in: [...mediaIds] } },
  });
  return rows.map(toImage);
}

export async function findImagesOfProduct(shop: ShopDb, productId: string): Promise<ImageRecord[]> {
  const rows = await clientOf(shop).image.findMany({ where: { shopId: shop.shopId, productId } });
  return rows.map(toImage);
}

/** What was learnt about a MediaImage by reading it. What is undefined stays as it is. */
export interface SeenImage {
  readonly mediaId: string;
  readonly fileName: string;
  readonly productId?: string | null;
  readonly productTitle?: string | null;
  readonly productIds?: string[];
  readonly alt?: string | null;
  readonly mimeType?: string | null;
  readonly url?: string | null;
  readonly widthPx?: number | null;
  readonly heightPx?: number | null;
  readonly bytes?: bigint | null;
  readonly seenUpdatedAt?: Date | null;
}

/**
 * Creates the image with the given status, or brings the facts of the one that is there up to date and leaves its
 * status alone.
 */
export async function upsertSeenImage(
  shop: ShopDb,
  seen: SeenImage,
  statusIfNew: ImageStatus,
): Promise<ImageRecord> {
  const at = shop.now();
  const facts = { ...seen, updatedAt: at };
  const row = await clientOf(shop).image.upsert({
    where: { shopId_mediaId: { shopId: shop.shopId, mediaId: seen.mediaId } },
    create: { ...facts, id: newId(), shopId: shop.shopId, status: statusIfNew, createdAt: at },
    update: facts,
  });
  return toImage(row);
}

/** Where a page of the list ends; the next begins right after it. */
export interface ImagePosition {
  readonly updatedAt: Date;
  readonly id: string;
}

export interface ImageListQuery {
  readonly statuses?: readonly ImageStatus[];
  /** Part of the product's title, the file's name or the alternative text, in any case of letters. */
  readonly search?: string;
  readonly after?: ImagePosition;
  /** 1…250. */
  readonly limit: number;
}

export interface ImagePage {
  readonly images: readonly ImageRecord[];
  /** Null on the last page. */
  readonly next: ImagePosition | null;
}

/** The images of a shop, last changed first; pages do not shift when images change meanwhile. */
export async function listImages(shop: ShopDb, query: ImageListQuery): Promise<ImagePage> {
  const rows = await clientOf(shop).image.findMany({
    where: { shopId: shop.shopId, AND: conditionsOf(query) },
    orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
  });
  const images = rows.slice(0, query.limit).map(toImage);
  const last = images.at(-1);
  const isLastPage = rows.length <= query.limit || last === undefined;
  return { images, next: isLastPage ? null : { updatedAt: last.updatedAt, id: last.id } };
}

function conditionsOf({ statuses, search, after }: ImageListQuery): Prisma.ImageWhereInput[] {
  const conditions: Prisma.ImageWhereInput[] = [];
  if (statuses !== undefined) conditions.push({ status: { in: [...statuses] } });
  if (search !== undefined && search !== '') {
    const part = { contains: escapeLike(search), mode: 'insensitive' } as const;
    conditions.push({ OR: [{ productTitle: part }, { fileName: part }, { alt: part }] });
  }
  if (after !== undefined) {
    conditions.push({
      OR: [{ updatedAt: { lt: after.updatedAt } }, { updatedAt: after.updatedAt, id: { lt: after.id } }],
    });
  }
  return conditions;
}

/** Prisma passes `%`, `_` and `\` on to LIKE as they are: a merchant who types them means the characters. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** How many images have each status; every status is there, if only with 0. */
export async function countImagesByStatus(shop: ShopDb): Promise<Record<ImageStatus, number>> {
  const groups = await clientOf(shop).image.groupBy({
    by: ['status'],
    where: { shopId: shop.shopId },
    _count: { _all: true },
  });
  const found = new Map(groups.map((group) => [group.status, group._count._all]));
  const counts = imageStatuses.map((status) => [status, found.get(status) ?? 0]);
  return Object.fromEntries(counts) as Record<ImageStatus, number>;
}

export type ImageChanges = Partial<
  Pick<
    Prisma.ImageUncheckedUpdateManyInput,
    | 'alt'
    | 'bytes'
    | 'contentDigest'
    | 'enhancementId'
    | 'fileName'
    | 'heightPx'
    | 'mimeType'
    | 'originalDigest'
    | 'originalHeightPx'
    | 'originalWidthPx'
    | 'productId'
    | 'productIds'
    | 'productTitle'
    | 'progress'
    | 'seenUpdatedAt'
    | 'url'
    | 'widthPx'
  >
>;

export interface StatusChange {
  readonly status: ImageStatus;
  /** A code and a sentence, or neither: a change without them takes the old ones away. */
  readonly reasonCode?: string | null;
  readonly reason?: string | null;
  /** Only when the image has one of these statuses now. */
  readonly from?: readonly ImageStatus[];
  /** Only while this lease is held. */
  readonly leaseToken?: string;
}

/** Sets the status together with its reason and any facts. Returns whether the conditions were met. */
export async function setImageStatus(
  shop: ShopDb,
  imageId: string,
  { status, reasonCode = null, reason = null, from, leaseToken }: StatusChange,
  changes: ImageChanges = {},
): Promise<boolean> {
  const { count } = await clientOf(shop).image.updateMany({
    where: {
      id: imageId,
      shopId: shop.shopId,
      ...(from === undefined ? {} : { status: { in: [...from] } }),
      ...(leaseToken === undefined ? {} : { leaseToken }),
    },
    data: { ...changes, status, reasonCode, reason, updatedAt: shop.now() },
  });
  return count === 1;
}

/** Facts without a change of status. Returns whether the image is there. */
export async function updateImage(shop: ShopDb, imageId: string, changes: ImageChanges): Promise<boolean> {
  const { count } = await clientOf(shop).image.updateMany({
    where: { id: imageId, shopId: shop.shopId },
    data: { ...changes, updatedAt: shop.now() },
  });
  return count === 1;
}

/**
 * progress: 0…1. Not a change of the image: `updatedAt` stays, so that the list keeps its order while work goes on.
 * Only while this lease is held; returns whether it is.
 */
export async function setImageProgress(
  shop: ShopDb,
  imageId: string,
  leaseToken: string,
  progress: number,
): Promise<boolean> {
  const count = await clientOf(shop).$executeRaw`
    UPDATE "Image" SET "progress" = ${progress}
    WHERE "id" = ${imageId}::uuid AND "shopId" = ${shop.shopId}::uuid AND "leaseToken" = ${leaseToken}::uuid`;
  return count === 1;
}

/** Every image that waits for work is skipped with this reason. Returns how many. */
export async function setQueuedImagesSkipped(
  shop: ShopDb,
  reasonCode: string,
  reason: string,
): Promise<number> {
  const { count } = await clientOf(shop).image.updateMany({
    where: { shopId: shop.shopId, status: 'queued' },
    data: { status: 'skipped', reasonCode, reason, updatedAt: shop.now() },
  });
  return count;
}
