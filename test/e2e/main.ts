/**
 * Drives the panel in a real browser: the sandbox store and its admin, the app as `serve` starts it, the local engine,
 * Chromium. Ends with a line `N passed, N failed`. Where no Chromium is found it says so and does nothing; in CI that
 * is a failure.
 */
import { runBridgeJourney } from './bridge-journey.ts';
import { findChromium, launchChromium } from './browser.ts';
import { createChecks } from './checks.ts';
import { runJourney } from './journey.ts';
import { openShopUnderTest } from './shop-under-test.ts';

const chromium = findChromium(process.env);
if (chromium === null) {
  console.log(
    'No Chromium was found: install it, or name it in CHROMIUM_PATH; the browser tests were skipped.',
  );
  if (process.env['CI'] === 'true') {
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
} else {
  const shop = await openShopUnderTest();
  const checks = createChecks((line) => console.log(line));
  try {
    const browser = await launchChromium(chromium);
    try {
      await runBridgeJourney(browser, checks);
      await runJourney(browser, shop, checks);
    } finally {
      await browser.close();
    }
    if (checks.tally().failed > 0) console.log(`\nThe last lines of the app's log:\n${shop.app.logTail(25)}`);
  } finally {
    await shop.close();
  }
  const { line, failed } = checks.tally();
  console.log(`\n${line}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
