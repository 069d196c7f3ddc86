/// <reference types="@shopify/app-bridge-types" />
/** The stand-ins by themselves: a page that is not the panel, in the sandbox's admin. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { createAdmin } from '../../sandbox/admin/admin.ts';
import { listenForTrouble } from './browser.ts';
import type { Checks } from './checks.ts';

const store = { handle: 'acme', domain: 'acme.myshopify.com', name: 'Acme' };

const appPage = (adminOrigin: string) => `<!doctype html><html lang="en"><head><title>App</title>
<meta name="shopify-api-key" content="key">
<script src="${adminOrigin}/cdn/shopifycloud/app-bridge.js"></script>
<script src="${adminOrigin}/cdn/shopifycloud/polaris.js"></script></head><body>
<s-app-nav><a href="/" rel="home">Home</a><a href="/second">Second</a></s-app-nav>
<s-page heading="A page">
  <s-button slot="primary-action" id="publish">Publish</s-button>
  <s-text-field id="name" name="name" label="Name" value="Ada"></s-text-field>
  <s-select id="tone" label="Tone"><s-option value="a">A</s-option><s-option value="b" selected>B</s-option></s-select>
  <s-checkbox id="agree" label="Agree"></s-checkbox>
  <s-choice-list id="size" label="Size"><s-choice value="s">Small</s-choice><s-choice value="l">Large</s-choice></s-choice-list>
</s-page>
<ui-save-bar id="bar"><button variant="primary" id="save">Save</button><button id="discard">Discard</button></ui-save-bar>
</body></html>`;

async function listen(listener: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function runBridgeJourney(browser: Browser, { check }: Checks): Promise<void> {
  const origins = { admin: '', app: '' };
  const app = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(appPage(origins.admin));
  });
  const admin = await listen(
    createAdmin({
      findStore: (handle) => (handle === store.handle ? store : null),
      app: { name: 'App', handle: 'app', clientSecret: 'secret' },
      appOrigin: () => origins.app,
      issueSessionToken: (shop) => `token-of-${shop}`,
      now: () => new Date(),
    }),
  );
  Object.assign(origins, { admin: admin.origin, app: app.origin });
  const page = await browser.newPage();
  const trouble = listenForTrouble(page);
  await page.goto(`${origins.admin}/store/acme/apps/app`);
  const inside = page.frameLocator('iframe');
  await inside.locator('s-page').waitFor();
  const frame = page.frames().find((each) => each.url().startsWith(origins.app));
  assert.ok(frame);

  await check('a session token comes through the bridge', async () => {
    assert.equal(await frame.evaluate(() => shopify.idToken()), 'token-of-acme.myshopify.com');
    assert.equal(await frame.evaluate(() => shopify.config.shop), store.domain);
  });

  await check('an action of the title bar presses the page’s own button', async () => {
    await frame.evaluate(() => {
      document.getElementById('publish')?.addEventListener('click', () => shopify.toast.show('Published'));
    });
    await page.locator('.actions button', { hasText: 'Publish' }).click();
    await page.locator('.toast', { hasText: 'Published' }).waitFor();
  });

  await check('a toast’s action and its end reach the page', async () => {
    const said = frame.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const heard: string[] = [];
          const onAction = () => heard.push('action');
          const onDismiss = () => resolve([...heard, 'dismiss']);
          shopify.toast.show('Deleted', { action: 'Undo', duration: 60_000, onAction, onDismiss });
        }),
    );
    // A step that fails before its end leaves this one open; its own failure is what is told.
    said.catch(() => undefined);
    await page.locator('.toast', { hasText: 'Deleted' }).getByText('Undo').click();
    assert.deepEqual(await said, ['action', 'dismiss']);
  });

  await check('the save bar stands in the admin and its buttons are the page’s', async () => {
    await frame.evaluate(() => {
      document.getElementById('save')?.addEventListener('click', () => void shopify.saveBar.hide('bar'));
      return shopify.saveBar.show('bar');
    });
    await page.locator('.savebar').waitFor();
    await page.locator('.savebar .save').click();
    await page.locator('.savebar').waitFor({ state: 'hidden' });
  });

  await check('the navigation asks the page first, and the address of the admin follows', async () => {
    await frame.evaluate(() => {
      document.addEventListener('shopify:navigate', (event) => {
        event.preventDefault();
        history.pushState(null, '', (event.target as Element).getAttribute('href'));
      });
    });
    await page.locator('.pages a', { hasText: 'Second' }).click();
    await page.waitForURL(`${origins.admin}/store/acme/apps/app/second`);
    assert.equal(await page.locator('.pages a[aria-current="page"]').textContent(), 'Second');
  });

  await check('fields hold what is typed and chosen, and say so by their own events', async () => {
    const heard = frame.evaluate(
      () =>
        new Promise<unknown[]>((resolve) => {
          const said: unknown[] = [];
          for (const id of ['name', 'tone', 'agree', 'size']) {
            document.getElementById(id)?.addEventListener('change', (event) => {
              const { value, checked, values } = event.currentTarget as never as Record<string, unknown>;
              said.push(id === 'size' ? values : id === 'agree' ? checked : value);
              if (said.length === 4) resolve(said);
            });
          }
        }),
    );
    heard.catch(() => undefined);
    assert.equal(await inside.getByLabel('Tone').inputValue(), 'b');
    await inside.getByLabel('Name').fill('Grace');
    await inside.getByLabel('Name').blur();
    await inside.getByLabel('Tone').selectOption('a');
    await inside.getByLabel('Agree').check();
    await inside.getByLabel('Large').check();
    assert.deepEqual(await heard, ['Grace', 'a', true, ['l']]);
  });

  await check(
    'nothing of this was wrong, and what Shopify’s elements do not have is called wrong',
    async () => {
      assert.deepEqual(trouble, []);
      await frame.evaluate(() => {
        document.body.insertAdjacentHTML('beforeend', '<s-badge tone="purple" colour="red">x</s-badge>');
      });
      assert.deepEqual(trouble.sort(), [
        'Polaris stand-in: <s-badge tone> knows no "purple"',
        'Polaris stand-in: <s-badge> has no attribute "colour"',
      ]);
    },
  );

  await page.close();
  for (const { server } of [app, admin]) server.close().closeAllConnections();
}
