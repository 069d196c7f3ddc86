import { defineModel, hardwareMicrosPerSecond, noTileEdges } from './entry.ts';

export const nightmareaiRealEsrgan = defineModel({
  id: 'nightmareai/real-esrgan',
  title: 'Real-ESRGAN',
  engines: ['replicate', 'cog'],
  version: 'f121d640bd286e1fdc67f9799164c1d5be36ff74576ee11c803ae5b665dd46aa',
  isOfficial: false,
  scale: 4,
  // The deployment refuses what its GPU cannot hold: 2,096,704 pixels by its own message.
  limits: {
    minSidePx: 16,
    maxSidePx: null,
    maxPixels: 2_096_704,
    steps: { min: 1, max: 1 },
    choppingSizes: null,
  },
  price: { kind: 'per-second', hardware: 'gpu-t4', microsPerSecond: hardwareMicrosPerSecond['gpu-t4'] },
  licence: {
    name: 'BSD 3-Clause',
    spdx: 'BSD-3-Clause',
    commercialUse: 'yes',
    url: 'https://github.com/xinntao/Real-ESRGAN/blob/master/LICENSE',
    note: 'Free to use in a shop that sells.',
  },
  goodAt: 'Faithful sharpening: it keeps close to the photo, at the price of a smoother look.',
  ignores: {
    num_steps: 'the model works in one pass',
    chopping_size: 'the model does not tile',
    seed: 'the model is deterministic',
    resize: 'the model has no such input',
    output_format: 'the model always answers with a PNG',
  },
  honoursTarget: false,
  imageField: 'image',
  toInput: (imageUrl) => ({ image: imageUrl, scale: 4, face_enhance: false }),
  // About 2 s for a megapixel on a T4, from its page's median of 1.8 s a run.
  expectedSeconds: ({ widthPx, heightPx }) => 1 + (2 * widthPx * heightPx) / 1e6,
  tileEdges: noTileEdges,
});
