import { clientOf, type Db, type ShopDb } from './door.ts';
import type { BlobReferenceRow, BlobRow } from './records.ts';

export type BlobRole = 'original' | 'prepared' | 'alpha' | 'raw' | 'output' | 'preview';

export interface NewReference {
  readonly digest: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly role: BlobRole;
  readonly imageId: string;
  /** Null: kept. */
  readonly expiresAt: Date | null;
}

/**
 * Says that the shop needs bytes that are in the vault, and why. Saying it again prolongs: a reference that is kept
 * stays kept, otherwise the later expiry holds.
 */
export async function referToBlob(shop: ShopDb, reference: NewReference): Promise<void> {
  const { digest, bytes, mimeType, role, imageId, expiresAt } = reference;
  const at = shop.now();
  const db = clientOf(shop);
  await db.$executeRaw`
    INSERT INTO "Blob" ("digest", "bytes", "mimeType", "createdAt")
    VALUES (${digest}, ${bytes}, ${mimeType}, ${at})
    ON CONFLICT ("digest") DO NOTHING`;
  await db.$executeRaw`
    INSERT INTO "BlobReference" ("shopId", "digest", "role", "imageId", "createdAt", "expiresAt")
    VALUES (${shop.shopId}::uuid, ${digest}, ${role}, ${imageId}::uuid, ${at}, ${expiresAt})
    ON CONFLICT ("shopId", "digest", "role", "imageId") DO UPDATE
    SET "expiresAt" = CASE
      WHEN "BlobReference"."expiresAt" IS NULL OR EXCLUDED."expiresAt" IS NULL THEN NULL
      ELSE GREATEST("BlobReference"."expiresAt", EXCLUDED."expiresAt") END`;
}

/** The bytes' facts if this shop refers to them: one shop cannot read another's by knowing a digest. */
export async function findReferredBlob(shop: ShopDb, digest: string): Promise<BlobRow | null> {
  const db = clientOf(shop);
  const reference = await db.blobReference.findFirst({ where: { shopId: shop.shopId, digest } });
  return reference === null ? null : db.blob.findUnique({ where: { digest } });
}

export async function listReferencesOfImage(shop: ShopDb, imageId: string): Promise<BlobReferenceRow[]> {
  return clientOf(shop).blobReference.findMany({
    where: { shopId: shop.shopId, imageId },
    orderBy: [{ createdAt: 'asc' }, { digest: 'asc' }],
  });
}

/** Ends references whose time has come. Returns how many; call until 0. */
export async function dropExpiredReferences(db: Db, now: Date, limit: number): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "BlobReference" WHERE ctid IN (
      SELECT ctid FROM "BlobReference" WHERE "expiresAt" <= ${now} ORDER BY "expiresAt" LIMIT ${limit})`;
}

/** Digests that no shop refers to and that are older than `before`: their bytes can go from the vault. */
export async function listUnreferredBlobs(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ digest: string }[]>`
    SELECT b."digest" FROM "Blob" b
    WHERE b."createdAt" < ${before}
      AND NOT EXISTS (SELECT 1 FROM "BlobReference" r WHERE r."digest" = b."digest")
    ORDER BY b."createdAt" LIMIT ${limit}`;
  return rows.map(({ digest }) => digest);
}

/** Forgets a digest unless somebody has referred to it meanwhile. Returns whether it was forgotten. */
export async function forgetBlob(db: Db, digest: string): Promise<boolean> {
  const count = await db.$executeRaw`
    DELETE FROM "Blob" b WHERE b."digest" = ${digest}
      AND NOT EXISTS (SELECT 1 FROM "BlobReference" r WHERE r."digest" = b."digest")`;
  return count === 1;
}
