import { defineModel, type ModelEntry, noTileEdges } from './entry.ts';

const licence = {
  name: 'MIT',
  spdx: 'MIT',
  commercialUse: 'yes',
  url: 'https://github.com/thekevinscott/UpscalerJS/blob/main/LICENSE',
  note: 'Free to use in a shop that sells.',
} as const;

/** The networks that run on the app's own CPU: three sizes of one family, so one file. */
function localNet(
  net: 'slim' | 'medium' | 'thick',
  title: string,
  goodAt: string,
  secondsPerMegapixel: number,
): ModelEntry {
  return defineModel({
    id: `local/${net}`,
    title,
    engines: ['local'],
    version: `@upscalerjs/esrgan-${net}@1.0.0`,
    isOfficial: false,
    scale: 4,
    limits: {
      minSidePx: 1,
      maxSidePx: null,
      maxPixels: null,
      steps: { min: 1, max: 20 },
      choppingSizes: { min: 16, max: 2048 },
    },
    price: { kind: 'free' },
    licence,
    goodAt,
    ignores: {
      seed: 'the local engine is deterministic',
      output_format: 'the local engine hands on pixels, not a file',
    },
    honoursTarget: true,
    imageField: 'image',
    toInput: () => ({}),
    expectedSeconds: ({ widthPx, heightPx }) => (secondsPerMegapixel * widthPx * heightPx) / 1e6,
    tileEdges: noTileEdges,
  });
}

// Seconds from a 128-pixel tile on two cores: 0.10, 0.18 and 1.26.
export const localSlim = localNet('slim', 'Local, fast', 'Quick and faithful; a modest gain.', 6.1);
export const localMedium = localNet('medium', 'Local, balanced', 'Faithful, a good gain for its time.', 11);
export const localThick = localNet('thick', 'Local, best', 'The most faithful of all; slow.', 77);
