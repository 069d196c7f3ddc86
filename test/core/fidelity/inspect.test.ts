import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { inspectFiles } from '../../../web/core/fidelity/inspect.ts';
import { drawMap } from '../../../web/core/fidelity/map.ts';
import { figureOf } from '../../../web/core/fidelity/verdict.ts';

const widthPx = 480;
const heightPx = 400;

function picture(isDamaged = false): Sharp {
  const data = Buffer.alloc(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const isRing = Math.abs(Math.hypot(x - 170, y - 180) - 100) < 14;
      const isBar = x > 330 && x < 350 && y > 60 && y < (isDamaged ? 150 : 340);
      const tone = isRing || isBar ? 40 : 190 + 25 * Math.sin(x / 90);
      data.fill(tone, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  }
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

const small = async (): Promise<Buffer> =>
  picture()
    .resize(widthPx / 4, heightPx / 4)
    .png()
    .toBuffer();
const options = { profile: 'normal', readText: null } as const;

describe('inspecting two files', () => {
  test('publishes a faithful JPEG of a small PNG', async () => {
    const after = await picture().jpeg({ quality: 92 }).toBuffer();
    const { verdict, before } = await inspectFiles({ before: await small(), after, ...options });
    expect(verdict.reasons).toEqual([]);
    expect(verdict.kind).toBe('publish');
    expect(before.format).toBe('png');
  });

  test('holds a missing stroke, and the map has its mark there and nowhere else', async () => {
    const after = await picture(true).png().toBuffer();
    const { verdict, report, output } = await inspectFiles({ before: await small(), after, ...options });
    expect(verdict.kind).toBe('hold');
    expect(report.badPlaces.length).toBeGreaterThan(0);
    const map = await drawMap(report, output);
    const { data, info } = await sharp(map).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([widthPx, heightPx]);
    const isMarked = (x: number, y: number): boolean => {
      const at = (y * info.width + x) * info.channels;
      return Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0)) > 10;
    };
    expect(isMarked(340, 250)).toBe(true);
    expect(isMarked(170, 180)).toBe(false);
  });

  test('compares an orientation flag as it looks, not as it is stored', async () => {
    const after = await picture().rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
    const turned = await inspectFiles({ before: await small(), after, ...options });
    expect(figureOf(turned.report, 'orientationError')).toBeLessThan(0.02);
  });

  test('says that a cut-out lost its transparency', async () => {
    const shape = await sharp({ create: { width: 480, height: 400, channels: 4, background: '#0000' } })
      .composite([{ input: await picture().resize(300, 260).png().toBuffer() }])
      .png()
      .toBuffer();
    const before = await sharp(shape).resize(120, 100).png().toBuffer();
    const after = await sharp(shape).flatten({ background: '#fff' }).png().toBuffer();
    const { verdict } = await inspectFiles({ before, after, ...options });
    expect(verdict.reasons.map(({ code }) => code)).toContain('alpha-edge-error');
  });

  test('refuses bytes that are no image by the image core’s own error', async () => {
    const after = Buffer.from('no image at all');
    await expect(inspectFiles({ before: await small(), after, ...options })).rejects.toMatchObject({
      code: expect.stringMatching(/^image-/),
    });
  });
});
