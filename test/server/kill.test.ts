import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppProcess, findFreePort, startApp } from '../../sandbox/demo/app-process.ts';
import { createPanelClient, openPanelPage } from '../../sandbox/demo/panel-client.ts';
import { openStage, type Stage } from '../../sandbox/demo/stage.ts';
import { encodePhoto } from '../../sandbox/photos/photo-files.ts';
import { renderPhoto } from '../../sandbox/photos/render.ts';
import { scenes } from '../../sandbox/photos/scenes.ts';
import { sandboxClientId, sandboxClientSecret } from '../../sandbox/start.ts';
import type { LiveEvent } from '../../web/server/http/api/schemas.ts';
import { waitForEvent } from '../support/live-panel.ts';

let folder: string;
let origin: string;
let stage: Stage;
let app: AppProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-'));
  origin = `http://127.0.0.1:${await findFreePort()}`;
  stage = await openStage({ port: 0, appOrigin: origin });
  app = await start();
  await openPanelPage(stage.panelUrl);
});
afterEach(async () => {
  await app.stop();
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<AppProcess> {
  const started = startApp({
    command: [process.execPath, 'web/cli/main.ts', 'serve'],
    cwd: join(import.meta.dirname, '../..'),
    origin,
    logPath: join(folder, 'app.log'),
    env: {
      VITRINE_SANDBOX: stage.sandbox.origin,
      VITRINE_URL: origin,
      VITRINE_DATA: join(folder, 'data'),
      VITRINE_TIER: 'fast',
      PORT: new URL(origin).port,
      SHOPIFY_API_KEY: sandboxClientId,
      SHOPIFY_API_SECRET: sandboxClientSecret,
      DATABASE_URL: '',
    },
  });
  await started.waitUntilReady('/readyz', 90_000);
  return started;
}

const panel = () => createPanelClient({ origin, sessionToken: () => stage.shop.issueSessionToken() });
const onlyImage = async () => (await panel().images())[0];

/** Waits for the first moment at which the one image of the shop is as described. */
function until(isIt: (row: { status: string; progress: number }) => boolean): Promise<void> {
  let status = 'queued';
  const seen = (event: LiveEvent): boolean => {
    if (event.type === 'images') {
      return event.images.some((row) => {
        status = row.status;
        return isIt(row);
      });
    }
    return event.type === 'progress' && isIt({ status, progress: event.progress });
  };
  return waitForEvent({
    origin,
    sessionToken: stage.shop.issueSessionToken(),
    isIt: seen,
    isThere: async () => {
      const row = await onlyImage();
      return row !== undefined && isIt(row);
    },
  });
}

test('kill -9 in the middle of an enhancement, a new start: enhanced, one entry, one write', {
  timeout: 240_000,
}, async () => {
  const scene = scenes.find(({ id }) => id === 'tomato-tin');
  if (scene === undefined) throw new Error('the scene is gone');
  const bytes = await encodePhoto(renderPhoto(scene, 480), { extension: 'jpg', quality: 85 });
  await panel().images();
  stage.shop.addProduct({ title: 'Tomatoes', images: [{ fileName: 'tomatoes.jpg', bytes, alt: 'A tin' }] });

  await until((row) => row.progress > 0.1 && row.progress < 1);
  process.kill(app.pid, 'SIGKILL');
  await app.ended;
  expect(
    stage.sandbox.operations().filter(({ rootFields }) => rootFields.includes('fileUpdate')),
  ).toHaveLength(0);

  app = await start();
  await until(({ status }) => status === 'enhanced');
  const row = await onlyImage();
  const detail = await panel().image(row?.id ?? '');
  expect(detail.image).toMatchObject({ status: 'enhanced', shown: { widthPx: 1920, heightPx: 1920 } });
  expect(detail.history.map(({ kind }) => kind)).toEqual(['enhanced']);
  expect(
    stage.sandbox.operations().filter(({ rootFields }) => rootFields.includes('fileUpdate')),
  ).toHaveLength(1);
});
