import { clientOf, type ShopDb } from './door.ts';
import type { Prisma } from './records.ts';

export interface ImageAlias {
  readonly mediaId: string;
  readonly imageId: string;
  readonly plan: Prisma.JsonValue;
}

/** Says that a file is ours beside the one that the image shows. A plan that is left out stays as it is. */
export async function saveAlias(
  shop: ShopDb,
  { mediaId, imageId, plan }: { mediaId: string; imageId: string; plan?: Prisma.InputJsonValue },
): Promise<void> {
  const planned = plan === undefined ? {} : { plan };
  await clientOf(shop).imageAlias.upsert({
    where: { shopId_mediaId: { shopId: shop.shopId, mediaId } },
    create: { shopId: shop.shopId, mediaId, imageId, createdAt: shop.now(), ...planned },
    update: { imageId, ...planned },
  });
}

/** The other files of an image, last made first. */
export async function listAliasesOfImage(shop: ShopDb, imageId: string): Promise<ImageAlias[]> {
  return clientOf(shop).imageAlias.findMany({
    where: { shopId: shop.shopId, imageId },
    orderBy: [{ createdAt: 'desc' }, { mediaId: 'desc' }],
    select: { mediaId: true, imageId: true, plan: true },
  });
}

/** Which of these files are ours beside what an image shows. */
export async function findAliases(shop: ShopDb, mediaIds: readonly string[]): Promise<ImageAlias[]> {
  if (mediaIds.length === 0) return [];
  return clientOf(shop).imageAlias.findMany({
    where: { shopId: shop.shopId, mediaId: { in: [...mediaIds] } },
    select: { mediaId: true, imageId: true, plan: true },
  });
}

/** The image shows another of its files from now on: the one that it showed becomes the alias. */
export async function moveImageToMedia(
  shop: ShopDb,
  { imageId, from, to }: { imageId: string; from: string; to: string },
): Promise<void> {
  const db = clientOf(shop);
  const { shopId } = shop;
  await db.imageAlias.deleteMany({ where: { shopId, mediaId: to } });
  await db.imageAlias.deleteMany({ where: { shopId, mediaId: from } });
  await db.image.updateMany({ where: { id: imageId, shopId }, data: { mediaId: to } });
  await db.imageAlias.create({ data: { shopId, mediaId: from, imageId, createdAt: shop.now() } });
}
