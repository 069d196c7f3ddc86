import sharp from 'sharp';
import { expect, test } from 'vitest';
import { formatOf, photoFiles } from '../../../sandbox/photos/photo-files.ts';
import { renderPhoto } from '../../../sandbox/photos/render.ts';
import { colour, over, type Scene } from '../../../sandbox/photos/scene.ts';
import { scenes } from '../../../sandbox/photos/scenes.ts';
import type { Raster } from '../../../web/core/image/types.ts';

const named = (id: string): Scene => {
  const scene = scenes.find((candidate) => candidate.id === id);
  if (scene === undefined) throw new Error(`No scene ${id}.`);
  return scene;
};

/** Mean of each 2 × 2 block, weighted by alpha as light adds up; still in sRGB codes, so only roughly light. */
function halve(photo: Raster<4>): Raster<4> {
  const [widthPx, heightPx] = [photo.widthPx / 2, photo.heightPx / 2];
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const sums = [0, 0, 0, 0];
      for (const at of [0, 1, photo.widthPx, photo.widthPx + 1]) {
        const from = (2 * y * photo.widthPx + 2 * x + at) * 4;
        const alpha = photo.data[from + 3] ?? 0;
        for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (photo.data[from + c] ?? 0) * alpha;
        sums[3] = (sums[3] ?? 0) + alpha;
      }
      const to = (y * widthPx + x) * 4;
      for (let c = 0; c < 3; c++) data[to + c] = Math.round((sums[c] ?? 0) / (sums[3] || 1));
      data[to + 3] = Math.round((sums[3] ?? 0) / 4);
    }
  }
  return { data, widthPx, heightPx, channels: 4 };
}

function psnrOverGrey(a: Raster<4>, b: Raster<4>): number {
  let sum = 0;
  const shown = (photo: Raster<4>, i: number, c: number): number => {
    const alpha = (photo.data[i + 3] ?? 0) / 255;
    return (photo.data[i + c] ?? 0) * alpha + 128 * (1 - alpha);
  };
  for (let i = 0; i < a.data.length; i += 4) {
    for (let c = 0; c < 3; c++) sum += (shown(a, i, c) - shown(b, i, c)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / ((a.data.length / 4) * 3)));
}

test('the shelf holds at least ten scenes with their own names', () => {
  expect(scenes.length).toBeGreaterThanOrEqual(10);
  expect(new Set(scenes.map((scene) => scene.id)).size).toBe(scenes.length);
});

test.each(['serum-bottle', 'stoneware-mug', 'glass-tumbler', 'tomato-tin'])(
  '%s is the same scene at two sizes: the larger one shrunk is the smaller one',
  (id) => {
    const small = renderPhoto(named(id), 90);
    expect(psnrOverGrey(halve(renderPhoto(named(id), 180)), small)).toBeGreaterThan(30);
  },
);

test('the same scene at the same size gives the same bytes', () => {
  const scene = named('steel-watch');
  expect(Buffer.from(renderPhoto(scene, 64).data).equals(Buffer.from(renderPhoto(scene, 64).data))).toBe(
    true,
  );
});

test.each(scenes.map((scene) => [scene.id, scene] as const))(
  '%s keeps the ground that it names',
  (_, scene) => {
    const photo = renderPhoto(scene, 48);
    const alphas = photo.data.filter((_value, i) => i % 4 === 3);
    const soft = alphas.filter((alpha) => alpha > 0 && alpha < 255).length / alphas.length;
    const clear = alphas.filter((alpha) => alpha === 0).length / alphas.length;
    const corner = [...photo.data.slice(0, 3)];
    if (scene.ground.startsWith('cut-out')) {
      expect(clear).toBeGreaterThan(0.05);
      // A hard cut-out has soft pixels only along its edge.
      if (scene.ground === 'cut-out') expect(soft).toBeLessThan(0.12);
      else expect(soft).toBeGreaterThan(0.1);
    } else {
      expect(alphas.every((alpha) => alpha === 255)).toBe(true);
      if (scene.ground === 'white') expect(corner).toEqual([255, 255, 255]);
      if (scene.ground === 'dark') expect(Math.max(...corner)).toBeLessThan(90);
      if (scene.ground === 'pastel') expect(Math.min(...corner)).toBeGreaterThan(180);
    }
  },
);

test('an edge through a pixel is the mean of the light on both sides', () => {
  const half: Scene = {
    id: 'half',
    title: 'Half',
    ground: 'cut-out',
    createPainter: () => (x, _y, out) => {
      if (x < 0.25) over(out, colour('#ffffff'));
    },
  };
  // Two pixels wide: the edge at x = 0.25 leaves a quarter of the right one covered.
  const photo = renderPhoto(half, 2);
  expect([photo.data[3], photo.data[7]]).toEqual([255, 64]);
  expect([...photo.data.slice(4, 7)]).toEqual([255, 255, 255]);
});

test.each([0, -3, 2.5, Number.NaN])('a side of %s px is refused', (sidePx) => {
  expect(() => renderPhoto(named('tomato-tin'), sidePx)).toThrow(RangeError);
});

test('files are what their names say', async () => {
  const wanted = [named('stoneware-mug'), named('glass-tumbler'), named('tomato-tin')];
  for (const file of await photoFiles(40, wanted)) {
    const header = await sharp(file.bytes).metadata();
    const extension = header.format === 'jpeg' ? 'jpg' : header.format;
    expect(file.fileName.endsWith(`.${extension}`)).toBe(true);
    expect([header.width, header.height]).toEqual([file.widthPx, file.heightPx]);
    expect(header.hasAlpha).toBe(extension !== 'jpg');
  }
});

test('a scene with transparency is never delivered as JPEG', () => {
  for (const scene of scenes.filter(({ ground }) => ground.startsWith('cut-out'))) {
    expect(formatOf(scene).extension).not.toBe('jpg');
  }
});
