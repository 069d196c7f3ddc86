import { clientOf, type Db, type ShopDb, type ShopTx } from './door.ts';
import { LeaseLostError } from './errors.ts';
import { newId } from './ids.ts';

/** The right to work on one image: whoever can name the token has it. */
export interface Lease {
  readonly imageId: string;
  readonly token: string;
  readonly until: Date;
}

/** Takes the lease when nobody holds it or its time has passed; null otherwise. Compare-and-set in one statement. */
export async function claimLease(shop: ShopDb, imageId: string, leaseMs: number): Promise<Lease | null> {
  const now = shop.now();
  const lease: Lease = { imageId, token: newId(), until: new Date(now.getTime() + leaseMs) };
  const count = await clientOf(shop).$executeRaw`
    UPDATE "Image" SET "leaseToken" = ${lease.token}::uuid, "leaseUntil" = ${lease.until}
    WHERE "id" = ${imageId}::uuid AND "shopId" = ${shop.shopId}::uuid
      AND ("leaseUntil" IS NULL OR "leaseUntil" <= ${now})`;
  return count === 1 ? lease : null;
}

/** Prolongs a lease that nobody else has taken. Null when it is lost: stop working. */
export async function renewLease(shop: ShopDb, lease: Lease, leaseMs: number): Promise<Lease | null> {
  const until = new Date(shop.now().getTime() + leaseMs);
  const count = await clientOf(shop).$executeRaw`
    UPDATE "Image" SET "leaseUntil" = ${until}
    WHERE "id" = ${lease.imageId}::uuid AND "shopId" = ${shop.shopId}::uuid
      AND "leaseToken" = ${lease.token}::uuid`;
  return count === 1 ? { ...lease, until } : null;
}

/** Gives the lease back. A lease that is lost already stays with whoever has it. */
export async function releaseLease(shop: ShopDb, lease: Pick<Lease, 'imageId' | 'token'>): Promise<void> {
  await clientOf(shop).$executeRaw`
    UPDATE "Image" SET "leaseToken" = NULL, "leaseUntil" = NULL
    WHERE "id" = ${lease.imageId}::uuid AND "shopId" = ${shop.shopId}::uuid
      AND "leaseToken" = ${lease.token}::uuid`;
}

/**
 * Makes the rest of the transaction depend on the lease: throws LeaseLostError when another has it, and keeps
 * others from taking it until the transaction ends.
 */
export async function guardLease(tx: ShopTx, lease: Pick<Lease, 'imageId' | 'token'>): Promise<void> {
  const rows = await clientOf(tx).$queryRaw<unknown[]>`
    SELECT 1 FROM "Image"
    WHERE "id" = ${lease.imageId}::uuid AND "shopId" = ${tx.shopId}::uuid
      AND "leaseToken" = ${lease.token}::uuid
    FOR UPDATE`;
  if (rows.length === 0) throw new LeaseLostError();
}

/**
 * Ends every lease of every shop. Only for the embedded store as it opens: nobody else can be at work then, and what
 * a dead process held need not wait for its time to pass.
 */
export async function dropAllLeases(db: Db): Promise<number> {
  return db.$executeRaw`
    UPDATE "Image" SET "leaseToken" = NULL, "leaseUntil" = NULL WHERE "leaseToken" IS NOT NULL`;
}

/** As dropAllLeases, for one shop. */
export async function dropLeases(shop: ShopDb): Promise<number> {
  return clientOf(shop).$executeRaw`
    UPDATE "Image" SET "leaseToken" = NULL, "leaseUntil" = NULL
    WHERE "shopId" = ${shop.shopId}::uuid AND "leaseToken" IS NOT NULL`;
}
