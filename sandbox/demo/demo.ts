import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Writable } from 'node:stream';
import { buildPanel } from '../../scripts/build-panel.ts';
import { sandboxClientId, sandboxClientSecret } from '../start.ts';
import { type AppProcess, findFreePort, startApp } from './app-process.ts';
import { DemoError } from './demo-error.ts';
import { openEngineHost } from './engine-host.ts';
import { type DemoOptions, InterruptedError } from './options.ts';
import { faultsOf, type Outcome } from './outcome.ts';
import { createPanelClient, openPanelPage, type PanelClient } from './panel-client.ts';
import { createProgressLine } from './progress-line.ts';
import { countWrites, showResults } from './results.ts';
import { rollBackOne } from './roll-back.ts';
import { waitUntilSettled } from './settle.ts';
import { openStage, type Stage } from './stage.ts';
import { findPhotos, NoPhotosError, type Upload, uploadsFromFolder, uploadsFromShelf } from './uploads.ts';

export interface DemoDeps {
  /** The clone's top folder. */
  readonly root: string;
  readonly out: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Rejects when the person presses Ctrl-C; never settles otherwise. */
  readonly interrupted: Promise<never>;
}

const startDeadlineMs = 90_000;
const stallMs = { fast: 120_000, balanced: 180_000, best: 600_000 } as const;
const pollMs = 400;
const readyPath = '/readyz';
const logTailLines = 15;

/** A promise that only ever fails: when the app ends, or the person has had enough. Never unhandled. */
function brokenBy(app: AppProcess, interrupted: Promise<never>): Promise<never> {
  const appEnded = app.ended.then((sentence) => {
    throw new DemoError(sentence);
  });
  const broken = Promise.race([appEnded, interrupted]);
  broken.catch(() => undefined);
  return broken;
}

/** Runs the whole demo; throws when anything in it is not as it should be. Leaves nothing running. */
export async function runDemo(options: DemoOptions, deps: DemoDeps): Promise<void> {
  const { root, out } = deps;
  const say = (text = ''): void => {
    out.write(`${text}\n`);
  };
  if (options.imagesDir !== null) await findPhotos(options.imagesDir);
  const folder = join(root, '.demo');
  await mkdir(folder, { recursive: true });
  const dataDir = options.keepsData ? join(folder, 'data') : await mkdtemp(join(tmpdir(), 'vitrine-demo-'));
  if (options.keepsData) await rm(dataDir, { recursive: true, force: true });

  await buildPanel();
  const appPort = await findFreePort();
  const appOrigin = `http://127.0.0.1:${appPort}`;
  const stage = await openStage({ port: options.port, appOrigin });
  const engineHost = await openEngineHost(options.engine, stage.sandbox, join(folder, 'graphs'));
  const app = startApp({
    command: [process.execPath, 'web/cli/main.ts', 'serve'],
    cwd: root,
    origin: appOrigin,
    logPath: join(folder, 'app.log'),
    env: {
      VITRINE_SANDBOX: stage.sandbox.origin,
      VITRINE_URL: appOrigin,
      VITRINE_DATA: dataDir,
      VITRINE_ENGINE: options.engine,
      ...engineHost.env,
      VITRINE_TIER: options.tier,
      ...(options.steps === null ? {} : { VITRINE_STEPS: String(options.steps) }),
      PORT: String(appPort),
      SHOPIFY_API_KEY: sandboxClientId,
      SHOPIFY_API_SECRET: sandboxClientSecret,
      // The demo's app keeps to the database in its own folder, whatever the caller's shell says.
      DATABASE_URL: '',
    },
  });
  const broken = brokenBy(app, deps.interrupted);
  try {
    say();
    say(`Vitrine · a store at ${stage.sandbox.origin}, the app at ${appOrigin}`);
    const uploads = await takePhotos(options, deps, say);
    await Promise.race([app.waitUntilReady(readyPath, startDeadlineMs), broken]);
    await install(stage, appOrigin, broken);
    say('The app is installed; it hears of new photos by webhook.');
    say();
    const outcomes = await enhanceAll({ options, stage, uploads, out, broken, appOrigin, say });
    await showResults({ options, root, folder, stage, outcomes, say });
    await rollBackOne({
      panel: panelOf(stage, appOrigin),
      stage,
      outcomes,
      broken,
      stallMs: stallMs[options.tier],
      pollMs,
      say,
    });
    const faults = faultsOf(outcomes, countWrites(stage) - 1, options.engine !== 'local');
    if (faults.length > 0) throw new DemoError(faults.join('\n'));
    if (!options.isOnce) await keepOpen(stage, broken, say);
  } catch (error) {
    if (!(error instanceof InterruptedError || error instanceof NoPhotosError)) {
      say(`\nThe last lines of ${relative(root, join(folder, 'app.log'))}:\n${app.logTail(logTailLines)}\n`);
    }
    throw error;
  } finally {
    await app.stop();
    await engineHost.close();
    await stage.close();
    if (!options.keepsData) await rm(dataDir, { recursive: true, force: true });
  }
}

async function takePhotos(
  options: DemoOptions,
  deps: DemoDeps,
  say: (text?: string) => void,
): Promise<Upload[]> {
  if (options.imagesDir !== null) {
    const uploads = await Promise.race([uploadsFromFolder(options.imagesDir), deps.interrupted]);
    say(`${uploads.length} photos from ${options.imagesDir}, shrunk to a quarter of their sides.`);
    return uploads;
  }
  const { out } = deps;
  const uploads = await Promise.race([
    uploadsFromShelf((done, total) => {
      if (out.isTTY === true) out.write(`\r\u001b[2KPhotographing products: ${done} of ${total}`);
    }),
    deps.interrupted,
  ]);
  say(`${out.isTTY === true ? '\r\u001b[2K' : ''}${uploads.length} products photographed.`);
  return uploads;
}

const panelOf = (stage: Stage, appOrigin: string): PanelClient =>
  createPanelClient({ origin: appOrigin, sessionToken: () => stage.shop.issueSessionToken() });

async function install(stage: Stage, appOrigin: string, broken: Promise<never>): Promise<void> {
  stage.shop.install();
  await Promise.race([openPanelPage(stage.panelUrl), broken]);
  // The first call of the panel exchanges the session token for the app's own access.
  await Promise.race([panelOf(stage, appOrigin).images(), broken]);
}

interface EnhanceAll {
  readonly options: DemoOptions;
  readonly stage: Stage;
  readonly uploads: readonly Upload[];
  readonly out: DemoDeps['out'];
  readonly broken: Promise<never>;
  readonly appOrigin: string;
  readonly say: (text?: string) => void;
}

async function enhanceAll({
  options,
  stage,
  uploads,
  out,
  broken,
  appOrigin,
  say,
}: EnhanceAll): Promise<Outcome[]> {
  const panel = panelOf(stage, appOrigin);
  const startedMs = Date.now();
  const mediaIds = uploads.map(({ title, fileName, bytes }) => {
    const product = stage.shop.addProduct({ title, images: [{ fileName, bytes, alt: title }] });
    const mediaId = product.mediaIds[0];
    if (mediaId === undefined) throw new DemoError(`The store took no image for ${title}.`);
    return mediaId;
  });
  say(`${uploads.length} products are in the store.`);
  const progress = createProgressLine(out, Date.now);
  const settle = {
    mediaIds,
    read: () => panel.images(),
    onProgress: progress.show,
    broken,
    stallMs: stallMs[options.tier],
    pollMs,
  };
  await waitUntilSettled(settle);
  // The app's own writes are announced to it as well; only after those is it certain that they start nothing.
  await Promise.race([stage.sandbox.waitUntilIdle(), broken]);
  const rows = await waitUntilSettled(settle);
  progress.end();
  say(`All done after ${Math.round((Date.now() - startedMs) / 1000)} s.`);
  const outcomes: Outcome[] = [];
  for (const [i, upload] of uploads.entries()) {
    const mediaId = mediaIds[i] as string;
    const row = rows.find((candidate) => candidate.mediaId === mediaId);
    if (row === undefined) throw new DemoError(`The app does not know the photo of ${upload.title}.`);
    outcomes.push({ upload, mediaId, detail: await panel.image(row.id) });
  }
  return outcomes;
}

async function keepOpen(stage: Stage, broken: Promise<never>, say: (text?: string) => void): Promise<void> {
  say();
  say(`The panel is open at ${stage.panelUrl}`);
  say('Ctrl-C ends the demo.');
  try {
    await broken;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  }
}
