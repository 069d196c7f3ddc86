import { clientOf, type ShopTx } from './door.ts';

/**
 * Deletes everything that was kept of a shop, its ledger included, and leaves one row that says that it is redacted.
 * The ledger's trigger lets its entries go only for a shop that is marked so, and only in a transaction that names
 * it. Bytes in the vault go with the next clean-up, since nobody refers to them any more; those that another shop
 * refers to stay.
 * keepDeliveryId: the delivery that asks for it, which is marked processed in the same transaction.
 */
export async function redactShop(tx: ShopTx, domain: string, keepDeliveryId: string): Promise<void> {
  const db = clientOf(tx);
  const ofShop = { where: { shopId: tx.shopId } };
  await db.shop.update({
    where: { id: tx.shopId },
    data: { status: 'redacted', settings: {}, sealedSecrets: null, scopes: '', updatedAt: tx.now() },
  });
  await db.session.deleteMany({ where: { shopDomain: domain } });
  await db.delivery.deleteMany({ where: { shopDomain: domain, id: { not: keepDeliveryId } } });
  await db.image.deleteMany(ofShop);
  await db.imageAlias.deleteMany(ofShop);
  await db.enhancement.deleteMany(ofShop);
  await db.blobReference.deleteMany(ofShop);
  await db.prediction.deleteMany(ofShop);
  await db.reservation.deleteMany(ofShop);
  await db.budgetDay.deleteMany(ofShop);
  await db.$executeRaw`SELECT set_config('vitrine.redacting_shop', ${tx.shopId}, true)`;
  await db.ledgerEntry.deleteMany(ofShop);
}
