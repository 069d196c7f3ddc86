import { restoreImage } from '../../core/audit/rollback.ts';
import { type Verification, verifyLedger } from '../../core/audit/verify.ts';
import { approve, reject } from '../../core/enhancement/review.ts';
import type { EnhancementDeps } from '../../core/enhancement/step.ts';
import { VitrineError } from '../../core/errors.ts';
import { newId } from '../../core/store/ids.ts';
import { findImage, findImageByMediaId } from '../../core/store/images.ts';
import { listLedgerEntries } from '../../core/store/ledger.ts';
import type { ImageRecord } from '../../core/store/records.ts';
import { listInstalledShops } from '../../core/store/shops.ts';

/** What an operator asks for at the command line. All values are plain JSON, so that it can be asked over a socket. */
export interface Operator {
  /** shop: a domain; null where only one shop is installed. image: its id, or Shopify's MediaImage id. */
  restore(request: {
    readonly shop: string | null;
    readonly image: string;
    readonly isForced: boolean;
  }): Promise<{ readonly fileName: string; readonly digest: string }>;
  /** Publishes a result that waits, or leaves the shop as it is. */
  decide(request: {
    readonly shop: string | null;
    readonly image: string;
    readonly decision: 'approve' | 'reject';
  }): Promise<{ readonly fileName: string }>;
  /** shop null: every installed shop. */
  verify(request: { readonly shop: string | null }): Promise<readonly VerifiedShop[]>;
  /** One page of a shop's ledger in the order of the chain, after `afterSeq`. */
  entries(request: {
    readonly shop: string | null;
    readonly afterSeq: number;
  }): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface VerifiedShop extends Verification {
  readonly shop: string;
}

export class OperatorError extends VitrineError {
  constructor(code: string, sentence: string) {
    super(code, sentence, { isReported: false });
  }
}

const busyTries = 60;
const entriesPerPage = 500;

export function createOperator(deps: EnhancementDeps, signal: AbortSignal): Operator {
  const { store } = deps;

  async function findShop(domain: string | null): Promise<{ id: string; domain: string }> {
    const shops = await listInstalledShops(store.db);
    const names = shops.map((shop) => shop.domain).join(', ') || 'none';
    if (domain === null && shops.length !== 1) {
      throw new OperatorError('shop-needed', `Say which shop is meant with --shop; installed are: ${names}.`);
    }
    const found = domain === null ? shops[0] : shops.find((shop) => shop.domain === domain);
    if (found === undefined) {
      throw new OperatorError(
        'shop-unknown',
        `The shop ${domain} is not installed; installed are: ${names}.`,
      );
    }
    return found;
  }

  async function requireImage(shopId: string, image: string): Promise<ImageRecord> {
    const shop = store.forShop(shopId);
    const isOwnId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(image);
    const mediaId = image.startsWith('gid://') ? image : `gid://shopify/MediaImage/${image}`;
    const found = isOwnId ? await findImage(shop, image) : await findImageByMediaId(shop, mediaId);
    if (found === null)
      throw new OperatorError('image-unknown', `Vitrine knows no image ${image} in this shop.`);
    return found;
  }

  return {
    async restore({ shop: domain, image: wanted, isForced }) {
      const { id: shopId } = await findShop(domain);
      const image = await requireImage(shopId, wanted);
      const actor = { kind: 'operator', id: null } as const;
      const request = { shopId, imageId: image.id, restoreId: newId(), actor, isForced };
      for (let attempt = 1; attempt <= busyTries; attempt += 1) {
        const outcome = await restoreImage(deps, request, signal);
        if (outcome.kind === 'restored') return { fileName: image.fileName, digest: outcome.digest };
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      throw new OperatorError('image-busy', 'The image is being worked on; try again in a minute.');
    },

    async decide({ shop: domain, image: wanted, decision }) {
      const { id: shopId } = await findShop(domain);
      const { id: imageId, fileName } = await requireImage(shopId, wanted);
      const how = decision === 'approve' ? approve : reject;
      await store.transaction((tx) => how(tx.forShop(shopId), imageId, { kind: 'operator', id: null }));
      deps.events.changed(shopId, imageId, decision === 'approve' ? 'queued' : 'skipped');
      return { fileName };
    },

    async verify({ shop: domain }) {
      const shops = domain === null ? await listInstalledShops(store.db) : [await findShop(domain)];
      const verified: VerifiedShop[] = [];
      for (const shop of shops) {
        verified.push({
          shop: shop.domain,
          ...(await verifyLedger(store.forShop(shop.id), deps.vault, signal)),
        });
      }
      return verified;
    },

    async entries({ shop: domain, afterSeq }) {
      const { id } = await findShop(domain);
      const rows = await listLedgerEntries(store.forShop(id), afterSeq, entriesPerPage);
      return rows.map(({ shopId: _, ...row }) => ({ ...row, at: row.at.toISOString() }));
    },
  };
}
