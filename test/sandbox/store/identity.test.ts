import '@shopify/shopify-api/adapters/node';
import { ApiVersion, InvalidJwtError, shopifyApi } from '@shopify/shopify-api';
import { expect, test } from 'vitest';
import { type Sandbox, sandboxClientId, sandboxClientSecret, sandboxShop } from '../../../sandbox/start.ts';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import type { SessionTokenOverrides } from '../../../sandbox/store/identity/session-token.ts';
import { graphqlUrl, setStage } from './support.ts';

const tokenUrl = (sandbox: Sandbox): string =>
  `${sandbox.origin}/shops/${sandboxShop}/admin/oauth/access_token`;

async function ask(sandbox: Sandbox, fields: Record<string, string>) {
  const response = await fetch(tokenUrl(sandbox), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: sandboxClientId, client_secret: sandboxClientSecret, ...fields }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const exchange = (sandbox: Sandbox, subjectToken: string, more: Record<string, string> = {}) =>
  ask(sandbox, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
    ...more,
  });

const callApi = async (sandbox: Sandbox, token: string): Promise<number> =>
  (
    await fetch(graphqlUrl(sandbox), {
      method: 'POST',
      headers: { 'x-shopify-access-token': token },
      body: JSON.stringify({ query: '{ shop { id } }' }),
    })
  ).status;

test("a session token satisfies the platform's own library and names the shop, the app and the user", async () => {
  await using stage = await setStage();
  const shopify = shopifyApi({
    apiKey: sandboxClientId,
    apiSecretKey: sandboxClientSecret,
    hostName: 'localhost',
    apiVersion: ApiVersion.October26,
    isEmbeddedApp: true,
  });
  const token = stage.sandbox.shop().issueSessionToken();
  expect(await shopify.session.decodeSessionToken(token)).toMatchObject({
    iss: `https://${sandboxShop}/admin`,
    dest: `https://${sandboxShop}`,
    aud: sandboxClientId,
  });
  const forged = stage.sandbox.shop().issueSessionToken({ secret: 'another' });
  await expect(shopify.session.decodeSessionToken(forged)).rejects.toThrow(InvalidJwtError);
});

test('token exchange gives an expiring offline token with a refresh token, and the API takes it', async () => {
  await using stage = await setStage();
  const { status, body } = await exchange(stage.sandbox, stage.sandbox.shop().issueSessionToken());
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.stringMatching(/^shpat_/),
    scope: 'write_products,write_files',
    expires_in: 3600,
    refresh_token: expect.stringMatching(/^shprt_/),
    refresh_token_expires_in: 90 * 24 * 3600,
  });
  expect(await callApi(stage.sandbox, String(body['access_token']))).toBe(200);
});

test('an offline token that was not asked to expire has neither expiry nor refresh token', async () => {
  await using stage = await setStage();
  const { body } = await exchange(stage.sandbox, stage.sandbox.shop().issueSessionToken(), { expiring: '0' });
  expect(Object.keys(body).sort()).toEqual(['access_token', 'scope']);
});

const refused: [string, SessionTokenOverrides][] = [
  ['for another app', { aud: 'another' }],
  ['for another shop', { dest: 'https://other.myshopify.com' }],
  ['that has expired', { exp: 1 }],
  ['that is not valid yet', { nbf: 4_000_000_000 }],
  ['signed with another secret', { secret: 'another' }],
  ['without a signature', { alg: 'none' }],
  ['that names another algorithm', { alg: 'RS256' }],
];
test.each(refused)('token exchange refuses a session token %s', async (_what, overrides) => {
  await using stage = await setStage();
  const { status, body } = await exchange(stage.sandbox, stage.sandbox.shop().issueSessionToken(overrides));
  expect(status).toBe(400);
  expect(body['error']).toBe('invalid_subject_token');
});

test('token exchange refuses a wrong client secret', async () => {
  await using stage = await setStage();
  const answer = await exchange(stage.sandbox, stage.sandbox.shop().issueSessionToken(), {
    client_secret: 'x',
  });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
});

test('an access token ends after an hour, and its refresh token works until its replacement is used', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox } = stage;
  const { body: first } = await exchange(sandbox, sandbox.shop().issueSessionToken());
  clock.advance(3_600_001);
  expect(await callApi(sandbox, String(first['access_token']))).toBe(401);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) };
  const { status, body: second } = await ask(sandbox, refresh);
  expect(status).toBe(200);
  expect(await callApi(sandbox, String(second['access_token']))).toBe(200);
  const retried = await ask(sandbox, refresh);
  expect(retried.status).toBe(200);
  await ask(sandbox, { grant_type: 'refresh_token', refresh_token: String(retried.body['refresh_token']) });
  expect(await ask(sandbox, refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('a refresh token whose replacement was lost can be used again for thirty days', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { body } = await exchange(stage.sandbox, stage.sandbox.shop().issueSessionToken());
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
  await ask(stage.sandbox, refresh);
  clock.advance(30 * 86_400_000);
  expect((await ask(stage.sandbox, refresh)).status).toBe(200);
  clock.advance(1);
  expect((await ask(stage.sandbox, refresh)).status).toBe(400);
});

test('token expiry can be forced, and a refresh answer can lack its expiry', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const { body } = await exchange(sandbox, sandbox.shop().issueSessionToken());
  sandbox.shop().expireTokens();
  expect(await callApi(sandbox, String(body['access_token']))).toBe(401);
  sandbox.faults.arm('oauth.refreshWithoutExpiry');
  const second = await ask(sandbox, {
    grant_type: 'refresh_token',
    refresh_token: String(body['refresh_token']),
  });
  expect(second.body).not.toHaveProperty('expires_in');
  expect(await callApi(sandbox, String(second.body['access_token']))).toBe(200);
  sandbox.shop().expireTokens({ alsoRefresh: true });
  const third = await ask(sandbox, {
    grant_type: 'refresh_token',
    refresh_token: String(second.body['refresh_token']),
  });
  expect(third.status).toBe(400);
});

test('after uninstalling and installing again the old tokens stay dead', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const { body } = await exchange(sandbox, sandbox.shop().issueSessionToken());
  sandbox.shop().uninstall();
  expect((await exchange(sandbox, sandbox.shop().issueSessionToken())).status).toBe(400);
  sandbox.shop().install();
  expect(await callApi(sandbox, String(body['access_token']))).toBe(401);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
  expect((await ask(sandbox, refresh)).status).toBe(400);
  expect((await exchange(sandbox, sandbox.shop().issueSessionToken())).status).toBe(200);
});
