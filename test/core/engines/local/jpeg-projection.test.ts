import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createBlockTransform } from '../../../../web/core/engines/local/dct.ts';
import { createJpegProjection } from '../../../../web/core/engines/local/jpeg-projection.ts';
import { readJpegConstraint } from '../../../../web/core/image/jpeg-constraint.ts';
import type { JpegConstraint, Raster } from '../../../../web/core/image/types.ts';
import { largestDifference, psnr, testPicture } from './pictures.ts';

const floats = (data: ArrayLike<number>, { widthPx, heightPx }: { widthPx: number; heightPx: number }) => ({
  data: Float32Array.from(data),
  widthPx,
  heightPx,
});

/** Soft colours without clipping, so that what the encoder did is known exactly. */
async function softPicture(widthPx: number, heightPx: number): Promise<Raster<3>> {
  const { data } = testPicture(widthPx, heightPx);
  const soft = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .blur(1.5)
    .linear(0.6, 50)
    .raw()
    .toBuffer();
  return { data: soft, widthPx, heightPx, channels: 3 };
}

async function throughJpeg(picture: Raster<3>, options: { quality: number; chromaSubsampling: string }) {
  const jpeg = await sharp(picture.data, {
    raw: { width: picture.widthPx, height: picture.heightPx, channels: 3 },
  })
    .jpeg(options)
    .toBuffer();
  const decoded: Raster<3> = { ...picture, data: await sharp(jpeg).raw().toBuffer() };
  return { decoded, constraint: readJpegConstraint(jpeg) as JpegConstraint };
}

describe('the block transform', () => {
  test('has the values of the standard and undoes itself', () => {
    const { forward, inverse } = createBlockTransform();
    const flat = new Float32Array(64).fill(10);
    forward(flat);
    expect(flat[0]).toBeCloseTo(80, 4);
    expect(largestDifference(flat.subarray(1), new Float32Array(63))).toBeLessThan(1e-4);
    const wave = Float32Array.from({ length: 64 }, (_, at) =>
      Math.cos(((2 * (at & 7) + 1) * 3 * Math.PI) / 16),
    );
    const again = wave.slice();
    forward(again);
    // 8 rows of amplitude 1 along the third horizontal frequency: 8 · 4 / √(8 · 4) …
    expect(again[3]).toBeCloseTo(Math.sqrt(32), 4);
    inverse(again);
    expect(largestDifference(again, wave)).toBeLessThan(1e-5);
  });
});

describe.each(['4:4:4', '4:2:0'])('createJpegProjection on %s', (chromaSubsampling) => {
  const sizes = [
    [64, 48],
    [61, 43],
  ] as const;

  test.each(sizes)('asks nothing of the decoded JPEG itself, %i×%i px', async (widthPx, heightPx) => {
    const picture = await softPicture(widthPx, heightPx);
    const { decoded, constraint } = await throughJpeg(picture, { quality: 60, chromaSubsampling });
    const difference = createJpegProjection(decoded, constraint)(floats(decoded.data, decoded));
    // Not quite zero where chroma is subsampled: the decoder's upsampling itself blurs what is stored.
    const tolerance = chromaSubsampling === '4:4:4' ? 0.01 : 0.25;
    expect(largestDifference(difference.data, new Float32Array(decoded.data.length))).toBeLessThan(tolerance);
  });

  test('hardly asks anything of the image that the JPEG was made of', async () => {
    const picture = await softPicture(64, 48);
    const { decoded, constraint } = await throughJpeg(picture, { quality: 40, chromaSubsampling });
    const difference = createJpegProjection(decoded, constraint)(floats(picture.data, picture));
    const asked = Math.sqrt(difference.data.reduce((sum, d) => sum + d * d, 0) / difference.data.length);
    const artefacts = Math.sqrt(255 ** 2 / 10 ** (psnr(decoded.data, picture.data) / 10));
    expect(asked).toBeLessThan(0.15 * artefacts);
  });

  test('pulls a foreign image to the border of the intervals and not further', async () => {
    const picture = await softPicture(64, 48);
    const { decoded, constraint } = await throughJpeg(picture, { quality: 60, chromaSubsampling });
    const project = createJpegProjection(decoded, constraint);
    const darker = floats(
      picture.data.map((value) => value - 30),
      picture,
    );
    const first = project(darker);
    const pulled = floats(
      darker.data.map((value, at) => value + (first.data[at] as number)),
      picture,
    );
    const [before, after] = [psnr(darker.data, picture.data), psnr(pulled.data, picture.data)];
    expect(after).toBeGreaterThan(before + 10);
    // Half a step of DC is what remains: the border, not the middle.
    const left = Math.abs(mean(pulled.data) - mean(picture.data));
    expect(left).toBeGreaterThan(0.1);
    expect(left).toBeLessThanOrEqual((constraint.lumaSteps[0] as number) / 8);
  });
});

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] as number;
  return sum / values.length;
}
