import { createHash } from 'node:crypto';
import { DemoError } from './demo-error.ts';
import { isEnhanced, type Outcome } from './outcome.ts';
import type { PanelClient } from './panel-client.ts';
import { waitUntilSettled } from './settle.ts';
import type { Stage } from './stage.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface RollBackOne {
  readonly panel: PanelClient;
  readonly stage: Stage;
  readonly outcomes: readonly Outcome[];
  /** Rejects when the app has ended or the person has had enough. */
  readonly broken: Promise<never>;
  readonly stallMs: number;
  readonly pollMs: number;
  readonly say: (text?: string) => void;
}

/** Brings one original back through the panel, and compares what the shop then holds with what was uploaded. */
export async function rollBackOne(input: RollBackOne): Promise<void> {
  const { panel, stage, outcomes, broken, stallMs, pollMs, say } = input;
  const chosen = outcomes.find(isEnhanced);
  if (chosen === undefined)
    throw new DemoError('No photo was enhanced, so there is no original to bring back.');
  const { id } = chosen.detail.image;
  const wanted = sha256(chosen.upload.bytes);
  if ((await stage.shop.file(chosen.mediaId)).sha256 === wanted) {
    throw new DemoError(`${chosen.upload.title} is called enhanced, but the shop still holds the original.`);
  }
  await panel.restore(id);
  await waitUntilSettled({
    mediaIds: [chosen.mediaId],
    // `enhanced` is where it starts from: it counts as done only once it has left that.
    read: async () => {
      const { image } = await panel.image(id);
      return [image.status === 'enhanced' ? { ...image, status: 'working' as const } : image];
    },
    onProgress: () => undefined,
    broken,
    stallMs,
    pollMs,
  });
  await Promise.race([stage.sandbox.waitUntilIdle(), broken]);
  const { image } = await panel.image(id);
  const held = (await stage.shop.file(chosen.mediaId)).sha256;
  if (held !== wanted) {
    throw new DemoError(
      `${chosen.upload.title} was rolled back, but the shop's bytes differ: ${held}, not ${wanted}.`,
    );
  }
  if (image.status !== 'restored') {
    throw new DemoError(`${chosen.upload.title} was rolled back, but its status is "${image.status}".`);
  }
  say(`${chosen.upload.title} rolled back: the bytes are identical (SHA-256 ${wanted.slice(0, 16)}…).`);
}
