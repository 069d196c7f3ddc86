import { clientOf, type Db, type ShopDb } from './door.ts';
import { RecordMissingError, SettingsConflictError } from './errors.ts';
import { newId } from './ids.ts';
import type { Prisma, ShopRow } from './records.ts';

export type ShopStatus = 'installed' | 'uninstalled' | 'redacted';

export async function findShopByDomain(db: Db, domain: string): Promise<ShopRow | null> {
  return db.shop.findUnique({ where: { domain } });
}

/** Ids and domains of all shops that are installed. */
export async function listInstalledShops(db: Db): Promise<{ id: string; domain: string }[]> {
  return db.shop.findMany({
    where: { status: 'installed' },
    select: { id: true, domain: true },
    orderBy: { id: 'asc' },
  });
}

/** The shop itself; throws RecordMissingError. */
export async function getShop(shop: ShopDb): Promise<ShopRow> {
  const row = await clientOf(shop).shop.findUnique({ where: { id: shop.shopId } });
  if (row === null) throw new RecordMissingError('shop');
  return row;
}

/**
 * Creates the shop, or marks the one that was uninstalled as installed again; its settings and its images are as
 * the merchant left them. One that was redacted begins anew. Idempotent. scopes: with commas between.
 */
export async function installShop(
  db: Db,
  domain: string,
  scopes: string,
  now: Date,
  settingsIfNew: Prisma.InputJsonObject = {},
): Promise<ShopRow> {
  const found = await db.shop.findUnique({ where: { domain } });
  if (found !== null && found.status === 'installed' && found.scopes === scopes) return found;
  return db.shop.upsert({
    where: { domain },
    create: { id: newId(), domain, scopes, settings: settingsIfNew, installedAt: now, updatedAt: now },
    update: {
      status: 'installed',
      scopes,
      uninstalledAt: null,
      updatedAt: now,
      ...(found?.status === 'installed' ? {} : { installedAt: now }),
      ...(found?.status === 'redacted' ? { settings: settingsIfNew } : {}),
    },
  });
}

/** Marks a shop as uninstalled and drops its tokens in the same transaction. Idempotent; null: unknown shop. */
export async function uninstallShop(db: Db, domain: string, now: Date): Promise<ShopRow | null> {
  await db.session.deleteMany({ where: { shopDomain: domain } });
  await db.shop.updateMany({
    where: { domain, status: 'installed' },
    data: { status: 'uninstalled', uninstalledAt: now, updatedAt: now },
  });
  return db.shop.findUnique({ where: { domain } });
}

export async function setShopScopes(shop: ShopDb, scopes: string): Promise<void> {
  await clientOf(shop).shop.updateMany({
    where: { id: shop.shopId },
    data: { scopes, updatedAt: shop.now() },
  });
}

export interface SavedSettings {
  readonly settings: Prisma.JsonValue;
  readonly version: number;
}

export async function readSettings(shop: ShopDb): Promise<SavedSettings> {
  const { settings, settingsVersion } = await getShop(shop);
  return { settings, version: settingsVersion };
}

/** Saves settings that were made from the given version; throws SettingsConflictError when another came first. */
export async function saveSettings(
  shop: ShopDb,
  settings: Prisma.InputJsonValue,
  madeFromVersion: number,
): Promise<SavedSettings> {
  const { count } = await clientOf(shop).shop.updateMany({
    where: { id: shop.shopId, settingsVersion: madeFromVersion },
    data: { settings, settingsVersion: { increment: 1 }, updatedAt: shop.now() },
  });
  if (count !== 1) throw new SettingsConflictError();
  return readSettings(shop);
}

export async function saveSealedSecrets(shop: ShopDb, sealed: string | null): Promise<void> {
  await clientOf(shop).shop.updateMany({
    where: { id: shop.shopId },
    data: { sealedSecrets: sealed, updatedAt: shop.now() },
  });
}

/** Up to when changes in the shop are known to have been seen; never moves back. */
export async function setReconciledUntil(shop: ShopDb, until: Date): Promise<void> {
  await clientOf(shop).shop.updateMany({
    where: { id: shop.shopId, OR: [{ reconciledUntil: null }, { reconciledUntil: { lt: until } }] },
    data: { reconciledUntil: until, updatedAt: shop.now() },
  });
}
