import sharp from 'sharp';
import { expect, test } from 'vitest';
import { startRenderThread } from '../../../sandbox/replicate/render-thread.ts';
import { makeRequest } from '../../core/engines/replicate/harness.ts';
import { freshFolder } from '../../support/stores.ts';

const quiet = (): AbortSignal => new AbortController().signal;

test('the stand-in for the GPU makes a real ×4 in a thread of its own, with InvSR’s character and with damage', async () => {
  const thread = startRenderThread(await freshFolder());
  try {
    const { inputPng: image } = await makeRequest();
    const input = { num_steps: 1, output_format: 'png' };
    const made = (model: string, damage: 'hue-shift' | null = null) =>
      thread.render({ image, model, input, damage, signal: quiet() });
    const [natural, again, faithful, damaged] = await Promise.all([
      made('zf-kbot/invsr'),
      made('zf-kbot/invsr'),
      made('nightmareai/real-esrgan'),
      made('zf-kbot/invsr', 'hue-shift'),
    ]);
    expect(await sharp(natural.bytes).metadata()).toMatchObject({ format: 'png', width: 256, height: 192 });
    expect(Buffer.from(again.bytes).equals(natural.bytes)).toBe(true);
    expect(Buffer.from(faithful.bytes).equals(natural.bytes)).toBe(false);
    expect(Buffer.from(damaged.bytes).equals(natural.bytes)).toBe(false);
    await expect(
      thread.render({
        image: new Uint8Array([1]),
        model: 'zf-kbot/invsr',
        input,
        damage: null,
        signal: quiet(),
      }),
    ).rejects.toThrow();
  } finally {
    await thread.close();
  }
});
