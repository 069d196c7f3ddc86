/** The sandbox store with its admin, and the app as a user starts it, in a process and a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AppProcess, findFreePort, startApp } from '../../sandbox/demo/app-process.ts';
import { openStage, type Stage } from '../../sandbox/demo/stage.ts';
import { photoFiles } from '../../sandbox/photos/photo-files.ts';
import { scenes } from '../../sandbox/photos/scenes.ts';
import { sandboxClientId, sandboxClientSecret } from '../../sandbox/start.ts';
import { buildPanel } from '../../scripts/build-panel.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyDeadlineMs = 120_000;

export interface Uploaded {
  readonly title: string;
  readonly mediaId: string;
  readonly bytes: Uint8Array;
}

export interface ShopUnderTest {
  readonly stage: Stage;
  readonly appOrigin: string;
  readonly app: AppProcess;
  /** Gives the store so many products with one small photo each; the title of one is markup. */
  upload(count: number): Promise<Uploaded[]>;
  close(): Promise<void>;
}

export const markupTitle = '<img src=x onerror="document.title=1"> & co';
/** Small, so that the whole run is quick; above the least that the app's rules work on. */
const photoSidePx = 200;

export async function openShopUnderTest(): Promise<ShopUnderTest> {
  await buildPanel();
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-e2e-'));
  const appPort = await findFreePort();
  const appOrigin = `http://127.0.0.1:${appPort}`;
  const stage = await openStage({ port: 0, appOrigin });
  const app = startApp({
    command: [process.execPath, 'web/cli/main.ts', 'serve'],
    cwd: root,
    origin: appOrigin,
    logPath: join(folder, 'app.log'),
    env: {
      VITRINE_SANDBOX: stage.sandbox.origin,
      VITRINE_URL: appOrigin,
      VITRINE_DATA: join(folder, 'data'),
      VITRINE_TIER: 'fast',
      PORT: String(appPort),
      SHOPIFY_API_KEY: sandboxClientId,
      SHOPIFY_API_SECRET: sandboxClientSecret,
      DATABASE_URL: '',
    },
  });
  const close = async (): Promise<void> => {
    await app.stop();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await app.waitUntilReady('/readyz', readyDeadlineMs);
    stage.shop.install();
  } catch (error) {
    console.error(app.logTail(40));
    await close();
    throw error;
  }
  return {
    stage,
    appOrigin,
    app,
    close,
    async upload(count) {
      const files = await photoFiles(photoSidePx, scenes.slice(0, count));
      return files.map(({ title: sceneTitle, fileName, bytes }, index) => {
        const title = index === 0 ? markupTitle : sceneTitle;
        const product = stage.shop.addProduct({ title, images: [{ fileName, bytes, alt: sceneTitle }] });
        return { title, mediaId: product.mediaIds[0] ?? '', bytes };
      });
    },
  };
}
