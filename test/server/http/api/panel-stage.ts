/**
 * A server with the panel's real routers over a fresh store and a vault in a folder. Images are put into the store
 * directly, since no work is done here.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import sharp from 'sharp';
import {
  issueSessionToken,
  type SessionTokenOverrides,
} from '../../../../sandbox/store/identity/session-token.ts';
import { appendEntry } from '../../../../web/core/audit/ledger.ts';
import { referToBlob } from '../../../../web/core/store/blobs.ts';
import { createEnhancement, endEnhancement } from '../../../../web/core/store/enhancements.ts';
import { setImageStatus, upsertSeenImage } from '../../../../web/core/store/images.ts';
import type { ImageRecord, ImageStatus } from '../../../../web/core/store/records.ts';
import { installShop } from '../../../../web/core/store/shops.ts';
import type { Store, StoreLog } from '../../../../web/core/store/store.ts';
import { createFileVault } from '../../../../web/core/vault/file-vault.ts';
import type { Vault } from '../../../../web/core/vault/vault.ts';
import { createEventBus, type EventBus } from '../../../../web/server/events.ts';
import { apiRouter } from '../../../../web/server/http/api/router.ts';
import { panelPages } from '../../../../web/server/http/panel.ts';
import { requireSession } from '../../../../web/server/http/require-session.ts';
import { securityHeaders } from '../../../../web/server/http/security-headers.ts';
import { Secret } from '../../../../web/server/secret.ts';
import { createSessionTokenVerifier } from '../../../../web/server/shopify/session-token.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { openFreshStore } from '../../../support/stores.ts';

export const apiKey = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
export const apiSecret = 'shpss_test_secret';

export interface PanelStage {
  readonly origin: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly events: EventBus;
  /** Ids of the shops by domain. */
  shopId(domain: string): Promise<string>;
  token(domain: string, overrides?: SessionTokenOverrides): string;
  /** A request with a fresh token of the shop. */
  get(domain: string, path: string): Promise<Response>;
  close(): Promise<void>;
}

export interface PanelStageOptions {
  readonly sandbox?: string | null;
  readonly panelDir?: string;
  readonly port?: number;
  readonly pictureOrigins?: readonly string[];
  readonly log?: StoreLog;
}

export async function openPanelStage(options: PanelStageOptions = {}): Promise<PanelStage> {
  const { sandbox = null, panelDir = join(tmpdir(), 'no-panel'), port = 0, log = silentLog } = options;
  const now = () => new Date();
  const store = await openFreshStore('pglite', { log });
  await store.boss.createQueue('restore-image');
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-panel-'));
  const vault = createFileVault(folder);
  const events = await createEventBus(store, log);
  const verify = createSessionTokenVerifier({ apiKey, secrets: [new Secret(apiSecret)], now });
  const shopId = async (domain: string) => (await installShop(store.db, domain, 'write_products', now())).id;
  // Connecting a shop is the server's own affair and tested there; here every shop is connected.
  const tokens = {
    connect: async (domain: string) => ({ shopId: await shopId(domain) }),
    get: () => Promise.reject(new Error('not needed here')),
    sourceFor: () => () => Promise.reject(new Error('not needed here')),
    renew: () => Promise.reject(new Error('not needed here')),
  };
  const session = requireSession({ verify, tokens });
  const api = apiRouter({
    store,
    vault,
    events,
    requireSession: session,
    signingKey: randomBytes(32),
    now,
    log,
  });
  const app = express();
  app.use(securityHeaders({ sandbox }));
  app.use('/api', api.router);
  app.use(panelPages({ apiKey, sandbox, panelDir, pictureOrigins: options.pictureOrigins ?? [] }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token: PanelStage['token'] = (domain, overrides = {}) =>
    issueSessionToken(
      { shop: domain, clientId: apiKey, clientSecret: apiSecret, nowMs: Date.now() },
      overrides,
    );

  return {
    origin,
    store,
    vault,
    events,
    shopId,
    token,
    get: (domain, path) => fetch(origin + path, { headers: { authorization: `Bearer ${token(domain)}` } }),
    async close() {
      api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await events.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface SeedImage {
  readonly fileName: string;
  readonly productTitle?: string | null;
  readonly status: ImageStatus;
  readonly reason?: { readonly code: string; readonly sentence: string };
  readonly progress?: number;
  /** A PNG or JPEG; default: a small picture made on the spot. */
  readonly picture?: Uint8Array;
  readonly url?: string | null;
}

export async function makePicture(
  widthPx: number,
  heightPx: number,
  colour = '#8a5a2b',
): Promise<Uint8Array> {
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

/** An image as the work would have left it; for `enhanced` and later with both pictures, report and ledger entry. */
export async function seedImage(stage: PanelStage, domain: string, seed: SeedImage): Promise<ImageRecord> {
  const { store, vault } = stage;
  const shop = store.forShop(await stage.shopId(domain));
  const source = Buffer.from(seed.picture ?? (await makePicture(40, 30)));
  const { width, height, format } = await sharp(source).metadata();
  const mimeType = `image/${format}`;
  const image = await upsertSeenImage(
    shop,
    {
      mediaId: `gid://shopify/MediaImage/${Math.floor(Math.random() * 1e12)}`,
      fileName: seed.fileName,
      productId: 'gid://shopify/Product/632910392',
      productTitle: seed.productTitle ?? null,
      url: seed.url ?? null,
      mimeType,
      widthPx: width,
      heightPx: height,
      bytes: BigInt(source.length),
    },
    'queued',
  );
  const { code: reasonCode = null, sentence: reason = null } = seed.reason ?? {};
  const change = { status: seed.status, reasonCode, reason };
  if (!['enhanced', 'restored', 'review'].includes(seed.status)) {
    await setImageStatus(shop, image.id, change, { progress: seed.progress ?? 0 });
    return image;
  }
  const output = await sharp(source)
    .resize(width * 4, height * 4)
    .toBuffer();
  const sourceDigest = await vault.put(source);
  const outputDigest = await vault.put(output);
  const blob = { mimeType, imageId: image.id, expiresAt: null };
  await referToBlob(shop, { ...blob, digest: sourceDigest, bytes: source.length, role: 'original' });
  await referToBlob(shop, { ...blob, digest: outputDigest, bytes: output.length, role: 'output' });
  const params = { params: { num_steps: 1 } };
  const attempt = await createEnhancement(shop, {
    imageId: image.id,
    trigger: 'webhook',
    lane: 'live',
    params,
  });
  const measures = [
    {
      name: 'lrPsnr',
      value: 38.24,
      unit: 'dB',
      meaning: 'How exactly the sharp image shows the original when it is made small again.',
    },
    {
      name: 'deltaEMean',
      value: 0.42,
      unit: 'ΔE2000',
      meaning: 'How far colours moved on average; below 1 nobody sees it.',
    },
  ];
  await store.db.enhancement.update({
    where: { id: attempt.id },
    data: {
      sourceDigest,
      outputDigest,
      engine: 'local',
      model: 'local/medium',
      licence: 'MIT',
      facts: {
        source: { widthPx: width, heightPx: height },
        output: { widthPx: width * 4, heightPx: height * 4 },
      },
      report: { version: 1, measures, badPlaces: [], text: [], textStatus: 'skipped' },
      verdict: { kind: seed.status === 'review' ? 'hold' : 'publish', profile: 'normal', reasons: [] },
    },
  });
  await endEnhancement(shop, attempt.id, { state: seed.status === 'review' ? 'held' : 'done' });
  const isShown = seed.status === 'enhanced';
  await setImageStatus(shop, image.id, change, {
    enhancementId: attempt.id,
    originalDigest: sourceDigest,
    originalWidthPx: width,
    originalHeightPx: height,
    contentDigest: isShown ? outputDigest : sourceDigest,
    ...(isShown && { widthPx: width * 4, heightPx: height * 4, bytes: BigInt(output.length) }),
    progress: 1,
  });
  if (seed.status !== 'review') {
    await store.transaction((tx) =>
      appendEntry(tx.forShop(shop.shopId), {
        kind: 'enhanced',
        imageId: image.id,
        subject: randomUUID(),
        body: { actor: { kind: 'automation', id: null } },
      }),
    );
  }
  return image;
}
