/** What a person chooses; the order is that of effort and of quality. */
export type LocalTier = 'fast' | 'balanced' | 'best';
export type LocalModel = 'local/slim' | 'local/medium' | 'local/thick';
/** Enlargements that each network has weights for and that this engine uses. */
export type NetScale = 2 | 3 | 4;

export interface NetFacts {
  readonly tier: LocalTier;
  /** npm package that carries the weights, and that package's licence. */
  readonly packageName: string;
  readonly licence: string;
  /** What 255 in a pixel is to the network, going in and coming out. */
  readonly white: number;
}

/** The networks: residual dense ones (slim, medium) and residual in residual dense (thick). */
export const nets: Readonly<Record<LocalModel, NetFacts>> = {
  'local/slim': { tier: 'fast', packageName: '@upscalerjs/esrgan-slim', licence: 'MIT', white: 1 },
  'local/medium': { tier: 'balanced', packageName: '@upscalerjs/esrgan-medium', licence: 'MIT', white: 1 },
  'local/thick': { tier: 'best', packageName: '@upscalerjs/esrgan-thick', licence: 'MIT', white: 1 },
};

export const netScales: readonly NetScale[] = [2, 3, 4];

export const localModels = Object.keys(nets) as readonly LocalModel[];

/** The model of a tier. */
export function modelOfTier(tier: LocalTier): LocalModel {
  const models: Readonly<Record<LocalTier, LocalModel>> = {
    fast: 'local/slim',
    balanced: 'local/medium',
    best: 'local/thick',
  };
  return models[tier];
}

export function isLocalModel(model: string): model is LocalModel {
  return Object.hasOwn(nets, model);
}
