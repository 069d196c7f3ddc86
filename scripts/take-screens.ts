/**
 * Takes the README's pictures anew: runs the demo on the rendered photos, photographs the panel in a real browser and
 * keeps the upper part of the contact sheet. Needs Chromium (CHROMIUM_PATH, or `chromium` on the path).
 *
 *   node scripts/bootstrap.mjs node scripts/take-screens.ts
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { demoLook, sheetSize } from '../sandbox/demo/contact-sheet.ts';
import { findChromium, launchChromium } from '../test/e2e/browser.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'docs', 'screens');
const shownCards = 6;
/** The margin under the last card is wider than the gap between cards: without this the next row would peep in. */
const nextCardPx = 22;
const shownProduct = 'Earl Grey loose leaf tea';
/** The admin's scripts are bundled on their first request. */
const patienceMs = 120_000;
const viewport = { width: 1360, height: 900 };

/** Runs the demo until the panel is open; `use` gets its address; then the demo is ended as Ctrl-C ends it. */
async function withDemo(use: (panelUrl: string) => Promise<void>): Promise<void> {
  const demo = spawn(process.execPath, ['sandbox/demo/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => demo.once('exit', resolve));
  try {
    for await (const line of createInterface({ input: demo.stdout })) {
      console.log(line);
      const url = /The panel is open at (\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      await use(url);
      return;
    }
    throw new Error(`The demo ended with code ${await ended} before the panel was open.`);
  } finally {
    demo.kill('SIGINT');
    await ended;
  }
}

async function keepSheet(): Promise<void> {
  const { heightPx, widthPx } = sheetSize(shownCards, demoLook);
  await sharp(join(root, '.demo', 'contact-sheet.png'))
    .extract({ left: 0, top: 0, width: widthPx, height: heightPx - nextCardPx })
    .resize({ width: 1600 })
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(join(folder, 'before-after.jpg'));
}

async function shoot(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ animations: 'disabled' });
  await sharp(png).png({ palette: true, quality: 90, effort: 9 }).toFile(join(folder, name));
}

/** The list, then one image with its slider, once their pictures are there. */
async function photographPanel(panelUrl: string): Promise<void> {
  const path = findChromium(process.env);
  if (path === null) throw new Error('Chromium was not found; install it, or name it in CHROMIUM_PATH.');
  const browser = await launchChromium(path);
  try {
    const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5 });
    page.setDefaultTimeout(patienceMs);
    const panel = page.frameLocator('iframe');
    // The panel's live stream never lets the network rest, so its pictures are waited for one by one.
    const waitForPictures = async (): Promise<void> => {
      for (const picture of await panel.locator('img').all()) {
        if (await picture.isVisible()) await picture.evaluate((image: HTMLImageElement) => image.decode());
      }
    };
    await page.goto(panelUrl);
    const row = panel.locator('s-table-row', { hasText: shownProduct });
    await row.waitFor();
    await waitForPictures();
    await shoot(page, 'panel.png');
    await row.locator('s-link').first().click();
    await panel.locator('.compare').waitFor();
    await waitForPictures();
    await shoot(page, 'panel-image.png');
  } finally {
    await browser.close();
  }
}

await mkdir(folder, { recursive: true });
await withDemo(async (panelUrl) => {
  await keepSheet();
  await photographPanel(panelUrl);
});
console.log('The pictures are in docs/screens.');
