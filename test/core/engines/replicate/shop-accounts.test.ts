import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReplicateSandbox } from '../../../../sandbox/replicate/sandbox.ts';
import { wallClock } from '../../../../web/core/engines/clock.ts';
import { createReplicateClient } from '../../../../web/core/engines/replicate/client.ts';
import {
  createShopAccounts,
  type ShopAccounts,
} from '../../../../web/core/engines/replicate/shop-accounts.ts';
import { newId } from '../../../../web/core/store/ids.ts';
import { createSeal } from '../../../../web/core/store/seal.ts';
import { getShop, installShop } from '../../../../web/core/store/shops.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { useStore } from '../../../support/stores.ts';

describe('whose token pays', () => {
  const store = useStore('pglite');
  let sandbox: Awaited<ReturnType<typeof startReplicateSandbox>>;
  beforeAll(async () => {
    sandbox = await startReplicateSandbox();
  });
  afterAll(() => sandbox.close());

  async function open(
    operatorWebhookSecret: string | null = null,
    operatorToken: string | null = sandbox.tokens[0],
  ) {
    const accounts: ShopAccounts = createShopAccounts({
      store: store(),
      seal: createSeal([new Uint8Array(32).fill(7)]),
      operatorToken,
      operatorWebhookSecret,
      clientFor: (token) =>
        createReplicateClient({
          baseUrl: sandbox.apiUrl(),
          token,
          fetch,
          clock: wallClock,
          random: Math.random,
        }),
      log: silentLog,
    });
    const { id } = await installShop(store().db, `${newId()}.myshopify.com`, '', new Date());
    return { accounts, shopId: id };
  }

  test('the operator’s by default, with a webhook secret that is fetched once', async () => {
    const { accounts, shopId } = await open();
    expect(await accounts.current(shopId)).toEqual({
      kind: 'operator',
      token: sandbox.tokens[0],
      webhookSecret: sandbox.webhookSecret,
    });
    sandbox.faults.arm('read.reset', { times: 1 });
    expect((await accounts.current(shopId))?.webhookSecret).toBe(sandbox.webhookSecret);
    sandbox.faults.clear();
  });

  test('a secret that was given is not fetched', async () => {
    const { accounts, shopId } = await open('whsec_given');
    expect((await accounts.current(shopId))?.webhookSecret).toBe('whsec_given');
  });

  test('a merchant’s own, once it is proven; sealed at rest; the operator’s again when it is removed', async () => {
    const { accounts, shopId } = await open();
    expect(await accounts.bring(shopId, sandbox.tokens[1])).toBe('sandbox');
    expect(await accounts.current(shopId)).toMatchObject({ kind: 'shop', token: sandbox.tokens[1] });
    expect((await accounts.of(shopId, 'operator'))?.token).toBe(sandbox.tokens[0]);
    const { sealedSecrets } = await getShop(store().forShop(shopId));
    expect(sealedSecrets).toMatch(/^v1\./);
    expect(sealedSecrets).not.toContain(sandbox.tokens[1]);
    const another = await open();
    expect((await another.accounts.current(another.shopId))?.kind).toBe('operator');
    await accounts.remove(shopId);
    expect((await accounts.current(shopId))?.kind).toBe('operator');
    expect(await accounts.of(shopId, 'shop')).toBeNull();
  });

  test.each(['r8_NotOneThatReplicateKnows00000', 'with spaces in it', '', 'a\nb\nc\nd\ne'])(
    'a token that is not good (%j) changes nothing and says where to get one',
    async (token) => {
      const { accounts, shopId } = await open();
      await expect(accounts.bring(shopId, token)).rejects.toMatchObject({
        code: 'replicate-token-refused',
        sentence: expect.stringContaining('replicate.com/account/api-tokens'),
      });
      expect((await getShop(store().forShop(shopId))).sealedSecrets).toBeNull();
    },
  );

  test('without any there is none', async () => {
    const { accounts, shopId } = await open(null, null);
    expect(await accounts.current(shopId)).toBeNull();
  });
});
