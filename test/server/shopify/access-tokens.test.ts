import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, sandboxShop, startSandbox } from '../../../sandbox/start.ts';
import { openStore } from '../../../web/core/store/open.ts';
import { createSeal } from '../../../web/core/store/seal.ts';
import { findShopByDomain, uninstallShop } from '../../../web/core/store/shops.ts';
import type { Store } from '../../../web/core/store/store.ts';
import { Secret } from '../../../web/server/secret.ts';
import { createAccessTokens, offlineSessionId } from '../../../web/server/shopify/access-tokens.ts';
import { NotConnectedError, TokenGrantError } from '../../../web/server/shopify/errors.ts';
import { createOauth } from '../../../web/server/shopify/oauth.ts';
import { createSessionStorage } from '../../../web/server/shopify/session-storage.ts';
import { silentLog } from '../../support/silent-log.ts';
import { freshPlace, type StorePlace, storeKinds } from '../../support/stores.ts';

const seal = createSeal([Buffer.alloc(32, 1)]);

describe.each(storeKinds)('the tokens of a shop on %s', (kind) => {
  let sandbox: Sandbox;
  let place: StorePlace;
  let store: Store;
  let grants = 0;
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const openHere = () => openStore({ ...place, log: silentLog, now, isSupervisor: false });
  const tokensOn = (on: Store) =>
    createAccessTokens({
      store: on,
      seal,
      settingsOfNewShop: { engine: 'local' },
      oauth: createOauth({
        fetch: (...args) => {
          grants += 1;
          return fetch(...args);
        },
        apiKey: sandbox.clientId,
        secrets: [new Secret(sandbox.clientSecret)],
        sandbox: sandbox.origin,
        now,
      }),
    });
  const connect = () => tokensOn(store).connect(sandboxShop, sandbox.shop().issueSessionToken());

  beforeAll(async () => {
    sandbox = await startSandbox();
    place = await freshPlace(kind);
    store = await openHere();
  });
  afterAll(async () => {
    await store.close();
    await sandbox.close();
  });

  test('a session token connects the shop once, however often the panel asks', async () => {
    const [first, ...others] = await Promise.all([connect(), connect(), connect()]);
    expect(others).toEqual([first, first]);
    expect(grants).toBe(1);
    expect(await findShopByDomain(store.db, sandboxShop)).toMatchObject({
      id: first?.shopId,
      status: 'installed',
      settings: { engine: 'local' },
      scopes: expect.stringContaining('write_files'),
    });
  });

  test('the database holds no token that could be read', async () => {
    const token = await tokensOn(store).get(sandboxShop);
    const rows = await store.db.session.findMany();
    expect(token).toMatch(/^shpat_/);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toMatch(/shp[a-z]{2}_/);
  });

  test('two processes that need a new token at the same moment renew it once and get the same', async () => {
    const other = kind === 'postgres' ? await openHere() : store;
    const tokens = [tokensOn(store), tokensOn(store), tokensOn(other), tokensOn(other)];
    const old = await tokens[0]?.get(sandboxShop);
    grants = 0;
    offsetMs = 56 * 60_000;
    const renewed = await Promise.all(tokens.map((each) => each.get(sandboxShop)));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(old);
    expect(grants).toBe(1);
    offsetMs = 0;
    if (other !== store) await other.close();
  });

  test('a token that Shopify refuses is renewed once, also when several workers were refused', async () => {
    const tokens = tokensOn(store);
    const sources = [tokens.sourceFor(sandboxShop), tokens.sourceFor(sandboxShop)];
    const before = await Promise.all(sources.map((source) => source(false)));
    grants = 0;
    const after = await Promise.all(sources.map((source) => source(true)));
    expect(new Set(before).size).toBe(1);
    expect(new Set(after).size).toBe(1);
    expect(after[0]).not.toBe(before[0]);
    expect(grants).toBe(1);
  });

  test('a refresh that comes without its life time is refreshed again all the same', async () => {
    const tokens = tokensOn(store);
    sandbox.faults.arm('oauth.refreshWithoutExpiry');
    await tokens.renew(sandboxShop);
    grants = 0;
    offsetMs = 56 * 60_000;
    await tokens.get(sandboxShop);
    offsetMs = 0;
    expect(grants).toBe(1);
  });

  test('when Shopify does not answer, the error says so and the token is kept', async () => {
    const tokens = createAccessTokens({
      store,
      seal,
      oauth: createOauth({
        fetch: () => Promise.reject(new TypeError('fetch failed')),
        apiKey: sandbox.clientId,
        secrets: [new Secret(sandbox.clientSecret)],
        sandbox: sandbox.origin,
        now,
      }),
    });
    const before = await tokens.get(sandboxShop);
    await expect(tokens.get(sandboxShop, before)).rejects.toBeInstanceOf(TokenGrantError);
    expect(await tokens.get(sandboxShop)).toBe(before);
  });

  test('after uninstalling there is no token; installing again keeps the settings', async () => {
    const shop = await findShopByDomain(store.db, sandboxShop);
    await store.db.shop.update({ where: { id: shop?.id ?? '' }, data: { settings: { engine: 'cog' } } });
    await store.transaction((tx) => uninstallShop(tx.db, sandboxShop, now()));
    await expect(tokensOn(store).get(sandboxShop)).rejects.toBeInstanceOf(NotConnectedError);
    expect(await store.db.session.count()).toBe(0);
    await connect();
    expect(await findShopByDomain(store.db, sandboxShop)).toMatchObject({
      id: shop?.id,
      status: 'installed',
      uninstalledAt: null,
      settings: { engine: 'cog' },
    });
  });

  test('a refresh token that Shopify does not know any more asks for the merchant, and he mends it by opening the app', async () => {
    const tokens = tokensOn(store);
    sandbox.shop().expireTokens({ alsoRefresh: true });
    offsetMs = 56 * 60_000;
    await expect(tokens.get(sandboxShop)).rejects.toBeInstanceOf(NotConnectedError);
    offsetMs = 0;
  });

  test('the session storage keeps what Shopify’s own library put in, and finds it by shop', async () => {
    const storage = createSessionStorage({ db: store.db, seal, now });
    const loaded = await storage.loadSession(offlineSessionId(sandboxShop));
    expect(loaded?.isOnline).toBe(false);
    expect(loaded?.refreshToken).toMatch(/^shprt_/);
    expect(loaded?.expires).toBeInstanceOf(Date);
    expect((await storage.findSessionsByShop(sandboxShop)).map(({ id }) => id)).toEqual([loaded?.id]);
    expect(await storage.findSessionsByShop('other.myshopify.com')).toEqual([]);
    await storage.deleteSessions([loaded?.id ?? '']);
    expect(await storage.loadSession(loaded?.id ?? '')).toBeUndefined();
  });
});
