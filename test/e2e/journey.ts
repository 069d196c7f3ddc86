/** What a merchant does, from the empty app to a restored image, in one browser. */
import assert from 'node:assert/strict';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { violationsIn } from './axe.ts';
import { listenForTrouble } from './browser.ts';
import type { Checks } from './checks.ts';
import { markupTitle, type ShopUnderTest, type Uploaded } from './shop-under-test.ts';
import { vitalsOf } from './vitals.ts';

const imageCount = 3;
const enhanceDeadlineMs = 120_000;
const lcpBarMs = 1000;
const clsBar = 0.02;

export async function runJourney(browser: Browser, shop: ShopUnderTest, { check }: Checks): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  const trouble = listenForTrouble(page);
  const panel = () => page.frameLocator('iframe');
  const row = (title: string): Locator => panel().locator('s-table-row', { hasText: title });
  let uploads: readonly Uploaded[] = [];

  await check('an empty shop is told what will happen', async () => {
    await page.goto(shop.stage.panelUrl);
    await panel().getByText('No product images yet').waitFor();
    await page.locator('.bar .title', { hasText: 'Images' }).waitFor();
    await expectNoViolations(page);
  });

  await check('images appear and become sharp while the page stands open', async () => {
    await frameOf(page).evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    uploads = await shop.upload(imageCount);
    for (const { title } of uploads) await row(title).waitFor({ timeout: enhanceDeadlineMs });
    for (const { title } of uploads) {
      await row(title).locator('s-badge', { hasText: 'Sharpened' }).waitFor({ timeout: enhanceDeadlineMs });
    }
    await panel().getByText(`All ${imageCount} images are up to date`).waitFor();
    const isSamePage = await frameOf(page).evaluate(() => 'isSamePage' in globalThis);
    assert.ok(isSamePage, 'the page was loaded anew');
  });

  await check('the list says from which size to which an image grew', async () => {
    const text = await row(uploads[1]?.title ?? '').textContent();
    assert.match(text ?? '', /200 × 200.*→.*800 × 800/s);
    await expectNoViolations(page);
  });

  await check('markup in a product’s title is shown as the text that it is', async () => {
    await row(markupTitle).waitFor();
    assert.equal(await panel().locator('img[src="x"]').count(), 0);
  });

  await check('the list is filtered by keyboard', async () => {
    const filter = panel().locator('s-press-button', { hasText: 'Already sharp' });
    await filter.focus();
    await page.keyboard.press('Enter');
    await panel().getByText('No image has this status at the moment.').waitFor();
    await panel().locator('s-button', { hasText: 'Show all images' }).focus();
    await page.keyboard.press('Enter');
    await row(uploads[1]?.title ?? '').waitFor();
  });

  await check('a row opens by keyboard, with both pictures loaded', async () => {
    await row(uploads[1]?.title ?? '')
      .locator('s-link')
      .focus();
    await page.keyboard.press('Enter');
    await panel().locator('.compare').waitFor();
    const pictures = panel().locator('.compare img');
    for (const index of [0, 1]) await waitUntilLoaded(pictures.nth(index));
    await page.waitForURL(/\/apps\/vitrine\/images\/[0-9a-f-]{36}$/);
    await expectNoViolations(page);
  });

  await check('the slider moves by keyboard and says where it stands', async () => {
    const slider = panel().getByRole('slider');
    await slider.focus();
    assert.equal(await slider.getAttribute('aria-valuetext'), '50% original');
    for (let press = 0; press < 10; press++) await page.keyboard.press('ArrowRight');
    assert.equal(await slider.getAttribute('aria-valuetext'), '60% original');
    assert.match(await clipOf(panel().locator('.compare-before')), /inset\(0(px)? 40% 0(px)? 0(px)?\)/);
    await page.keyboard.press('Home');
    assert.equal(await slider.getAttribute('aria-valuetext'), '0% original');
  });

  await check('the slider follows the pointer', async () => {
    const box = await panel().locator('.compare').boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height / 2);
    const value = Number(await panel().getByRole('slider').inputValue());
    assert.ok(Math.abs(value - 25) <= 1, `it stands at ${value}`);
  });

  await check('figures stand behind the words, and the history says what was written', async () => {
    await panel().getByText('The sharpened image agrees with the original.').waitFor();
    await panel().locator('.figures summary').click();
    assert.ok((await panel().locator('.measures > div').count()) > 0);
    await panel().getByText('Sharpened image published').waitFor();
    await expectNoViolations(page);
  });

  await check('Restore asks first, and Escape leaves everything as it is', async () => {
    await restoreButton(panel()).click();
    await panel().getByText('Restore the original?').waitFor();
    await expectNoViolations(page);
    await page.keyboard.press('Escape');
    await panel().getByText('Restore the original?').waitFor({ state: 'hidden' });
    await panel().locator('s-badge', { hasText: 'Sharpened' }).waitFor();
  });

  await check('Restore brings back the exact bytes and says so', async () => {
    await restoreButton(panel()).focus();
    await page.keyboard.press('Enter');
    await panel().locator('s-modal s-button[slot="primary-action"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.toast', { hasText: 'Original restored' }).waitFor({ timeout: 60_000 });
    await panel().locator('s-badge', { hasText: 'Original restored' }).waitFor();
    await panel().locator('.history li', { hasText: 'Original restored' }).waitFor();
    const upload = uploads[1];
    assert.ok(upload);
    const shown = await shop.stage.shop.file(upload.mediaId);
    assert.deepEqual(Buffer.from(shown.bytes), Buffer.from(upload.bytes));
  });

  await check('the admin’s way back leads to the list, and the browser’s way back to the image', async () => {
    await page.locator('.bar .back').click();
    await row(uploads[1]?.title ?? '')
      .locator('s-badge', { hasText: 'Original restored' })
      .waitFor();
    await page.goBack();
    await panel().locator('.compare').waitFor();
  });

  await check('an address inside the app opens its page in a fresh tab', async () => {
    const fresh = await browser.newPage();
    await fresh.goto(page.url());
    await fresh.frameLocator('iframe').locator('.compare').waitFor();
    await fresh.close();
  });

  await check('an expired session token is replaced without a word to the merchant', async () => {
    const expired = shop.stage.shop.issueSessionToken({ exp: Math.floor(Date.now() / 1000) - 120 });
    let given = 0;
    await page.route('**/session-token', async (route) => {
      given += 1;
      if (given === 1) await route.fulfill({ json: { token: expired } });
      else await route.continue();
    });
    const refused = page.waitForResponse((response) => response.status() === 401);
    await page.goto(shop.stage.panelUrl);
    await refused;
    await row(uploads[0]?.title ?? '').waitFor();
    await page.unroute('**/session-token');
    assert.equal(await panel().getByText('This could not be loaded').count(), 0);
  });

  await check('a live stream that is lost is told, and found again', async () => {
    await page.route('**/api/events', (route) => route.abort());
    await page.goto(shop.stage.panelUrl);
    await panel().getByText('Live updates are interrupted').first().waitFor();
    await page.unroute('**/api/events');
    await panel().locator('s-banner').waitFor({ state: 'detached' });
    await row(uploads[0]?.title ?? '').waitFor();
  });

  await check('a page outside of the admin says where it belongs', async () => {
    const outside = await browser.newPage();
    await outside.goto(`${shop.appOrigin}/?shop=${shop.stage.shop.domain}`);
    await outside.getByText('Vitrine works inside the Shopify admin.').waitFor();
    const link = outside.getByRole('link', { name: 'Open Vitrine in your admin' });
    assert.match(
      (await link.getAttribute('href')) ?? '',
      /^https:\/\/admin\.shopify\.com\/store\/vitrine-sandbox\//,
    );
    assert.deepEqual(await violationsIn(outside.mainFrame()), []);
    await outside.close();
  });

  await check('another shop sees nothing of all this', async () => {
    const other = shop.stage.sandbox.shop('somebody-else.myshopify.com');
    other.install();
    const headers = { authorization: `Bearer ${other.issueSessionToken()}` };
    const answer = await fetch(`${shop.appOrigin}/api/images`, { headers });
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { images: [], next: null });
  });

  await check('on a phone nothing is wider than the screen', async () => {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await phone.goto(shop.stage.panelUrl);
    await phone.frameLocator('iframe').locator('s-table-row').first().waitFor();
    const overflow = await frameOf(phone).evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0);
    await expectNoViolations(phone);
    await phone.close();
  });

  await check(`the list stands within ${lcpBarMs} ms, and nothing moves`, async () => {
    const loads = [];
    for (let load = 0; load < 3; load++) {
      await page.goto(shop.stage.panelUrl);
      await row(uploads[0]?.title ?? '').waitFor();
      loads.push(await vitalsOf(frameOf(page)));
    }
    // The best of three: a busy machine can only make it slower.
    const lcpMs = Math.min(...loads.map((load) => load.lcpMs));
    const cls = Math.max(...loads.map((load) => load.cls));
    console.log(
      `  largest paint ${lcpMs.toFixed(0)} ms (bar ${lcpBarMs}), layout shift ${cls.toFixed(4)} (bar ${clsBar})`,
    );
    assert.ok(lcpMs < lcpBarMs, `largest contentful paint after ${lcpMs} ms`);
    assert.ok(cls < clsBar, `layout shift ${cls}`);
  });

  await check('the browser had nothing to complain of', async () => assert.deepEqual(trouble, []));
  await page.close();
}

type FrameLocator = ReturnType<Page['frameLocator']>;

const restoreButton = (panel: FrameLocator): Locator =>
  panel.locator('s-section[heading="Original"] > div > s-button');

function frameOf(page: Page): Frame {
  const frame = page.frames().find((each) => each.parentFrame() === page.mainFrame());
  if (!frame) throw new Error('the admin shows no frame');
  return frame;
}

async function expectNoViolations(page: Page): Promise<void> {
  assert.deepEqual(await violationsIn(frameOf(page)), [], 'in the panel');
  assert.deepEqual(await violationsIn(page.mainFrame()), [], 'in the admin');
}

const clipOf = (picture: Locator): Promise<string> =>
  picture.evaluate((element) => getComputedStyle(element).clipPath);

async function waitUntilLoaded(picture: Locator): Promise<void> {
  await picture.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) throw new Error('not an image');
    await element.decode();
  });
}
