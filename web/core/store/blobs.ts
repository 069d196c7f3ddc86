import { clientOf, type Db, type ShopDb, type Tx } from './door.ts';
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
 * stays kept, otherwise the later expiry holds. Afterwards look whether the bytes are (still) there: the retention may
 * have removed them until this very moment, and cannot from here on, since both take the digest's lock.
 */
export async function referToBlob(shop: ShopDb, reference: NewReference): Promise<void> {
  const { digest, bytes, mimeType, role, imageId, expiresAt } = reference;
  const at = shop.now();
  const db = clientOf(shop);
  await db.$executeRaw`
    INSERT INTO "Blob" ("digest", "bytes", "mimeType", "createdAt")
    SELECT ${digest}, ${bytes}::bigint, ${mimeType}, ${at}::timestamptz
    FROM (SELECT pg_advisory_xact_lock(hashtextextended(${lockNameOf(digest)}, 0))) AS locked
    ON CONFLICT ("digest") DO NOTHING`;
  await db.$executeRaw`
    INSERT INTO "BlobReference" ("shopId", "digest", "role", "imageId", "createdAt", "expiresAt")
    SELECT ${shop.shopId}::uuid, ${digest}, ${role}, ${imageId}::uuid, ${at}::timestamptz, ${expiresAt}::timestamptz
    FROM (SELECT pg_advisory_xact_lock(hashtextextended(${lockNameOf(digest)}, 0))) AS locked
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

/**
 * Forgets a digest unless somebody refers to it, and removes its bytes while nobody can begin to. Returns whether it
 * was forgotten. removeBytes: must not use the store.
 */
export async function forgetBlob(
  tx: Tx,
  digest: string,
  removeBytes: (digest: string) => Promise<void>,
): Promise<boolean> {
  await tx.lock(lockNameOf(digest));
  const count = await tx.db.$executeRaw`
    DELETE FROM "Blob" b WHERE b."digest" = ${digest}
      AND NOT EXISTS (SELECT 1 FROM "BlobReference" r WHERE r."digest" = b."digest")`;
  if (count === 1) await removeBytes(digest);
  return count === 1;
}

function lockNameOf(digest: string): string {
  return `blob:${digest}`;
}
