import { defineModel, noTileEdges } from './entry.ts';

export const recraftCrispUpscale = defineModel({
  id: 'recraft-ai/recraft-crisp-upscale',
  title: 'Recraft Crisp Upscale',
  engines: ['replicate'],
  version: 'official',
  isOfficial: true,
  scale: 4,
  limits: {
    minSidePx: 32,
    maxSidePx: 4096,
    maxPixels: 4_194_304,
    steps: { min: 1, max: 1 },
    choppingSizes: null,
  },
  price: { kind: 'per-image', microsPerImage: 6000 },
  licence: {
    name: 'Recraft terms of service',
    spdx: null,
    commercialUse: 'ask',
    url: 'https://www.recraft.ai/terms',
    note: 'A closed model behind a paid service: its terms decide what its pictures may be used for.',
  },
  goodAt: 'Crisp edges on packaging and print; the maker’s own service, so its version cannot be pinned.',
  ignores: {
    num_steps: 'the model works in one pass',
    chopping_size: 'the model does not tile',
    seed: 'the model has no such input',
    resize: 'the model has no such input',
    output_format: 'the model chooses its own format',
  },
  honoursTarget: false,
  imageField: 'image',
  toInput: (imageUrl) => ({ image: imageUrl }),
  expectedSeconds: () => 12,
  tileEdges: noTileEdges,
});
