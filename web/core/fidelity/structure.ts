import { blur, difference, dilate, emptyPlane, gradientLength, type Plane } from './planes.ts';

/** Maps at the input's size; larger is worse, in levels of luma unless said otherwise. */
export interface Structure {
  /** Low-passed (σ 1.5) difference without its broad part (σ 6): strokes and shapes that changed. */
  readonly shapeChange: Plane;
  /** shapeChange over the local contrast of the input: a changed letter that is printed faintly. */
  readonly relativeChange: Plane;
  /** Gradient of the input that the output has nowhere near. */
  readonly edgeLoss: Plane;
  /** Gradient of the output that the input has nowhere near. */
  readonly edgeGain: Plane;
  /** Fine contrast that came up where the input is smooth. */
  readonly textureGain: Plane;
  /** Share of the input's fine contrast that is gone, 0…1, where it had any to lose. */
  readonly detailLoss: Plane;
}

/**
 * before, after: luma at one size. noiseSigma: the input's own noise in levels; what lies within it is no change.
 */
export function structureOf(before: Plane, after: Plane, noiseSigma: number): Structure {
  const error = difference(after, before);
  const narrow = blur(error, 1.5);
  const wide = blur(error, 6);
  const contrast = localContrast(before, 2, 3);
  const contrastAfter = localContrast(after, 2, 3);
  const { widthPx, heightPx } = before;
  const shapeChange = emptyPlane(widthPx, heightPx);
  const relativeChange = emptyPlane(widthPx, heightPx);
  const textureGain = emptyPlane(widthPx, heightPx);
  const detailLoss = emptyPlane(widthPx, heightPx);
  // White noise of σ 1 is 1 / (2 σ √π) = 0.19 after a Gaussian of σ 1.5; three of them are chance.
  const chance = 3 * 0.19 * noiseSigma;
  const nearContrast = dilate(contrast, 4);
  for (let i = 0; i < shapeChange.data.length; i++) {
    const change = Math.max(0, Math.abs((narrow.data[i] as number) - (wide.data[i] as number)) - chance);
    const had = contrast.data[i] as number;
    const has = contrastAfter.data[i] as number;
    const real = Math.sqrt(Math.max(0, had * had - noiseSigma * noiseSigma));
    shapeChange.data[i] = change;
    relativeChange.data[i] = change / (had + noiseSigma + 6);
    textureGain.data[i] = Math.max(0, has - 1.25 * (nearContrast.data[i] as number) - noiseSigma);
    detailLoss.data[i] = Math.max(0, real - has) / (real + 2 * noiseSigma + 6);
  }
  const slopeBefore = gradientLength(blur(before, 1));
  const slopeAfter = gradientLength(blur(after, 1));
  const reachBefore = dilate(slopeBefore, 2);
  const reachAfter = dilate(slopeAfter, 2);
  const edgeLoss = emptyPlane(widthPx, heightPx);
  const edgeGain = emptyPlane(widthPx, heightPx);
  for (let i = 0; i < edgeLoss.data.length; i++) {
    edgeLoss.data[i] = Math.max(
      0,
      (slopeBefore.data[i] as number) - 1.15 * (reachAfter.data[i] as number) - noiseSigma / 2,
    );
    edgeGain.data[i] = Math.max(
      0,
      (slopeAfter.data[i] as number) - 1.15 * (reachBefore.data[i] as number) - noiseSigma / 2,
    );
  }
  return {
    shapeChange,
    relativeChange,
    edgeLoss: blur(edgeLoss, 1.5),
    edgeGain: blur(edgeGain, 1.5),
    textureGain: blur(textureGain, 2),
    detailLoss: blur(detailLoss, 3),
  };
}

/** Standard deviation of what is finer than σ `finePx`, within a Gaussian window of σ `windowPx`. */
export function localContrast(plane: Plane, finePx: number, windowPx: number): Plane {
  const fine = difference(plane, blur(plane, finePx));
  for (let i = 0; i < fine.data.length; i++) fine.data[i] = (fine.data[i] as number) ** 2;
  const result = blur(fine, windowPx);
  for (let i = 0; i < result.data.length; i++)
    result.data[i] = Math.sqrt(Math.max(0, result.data[i] as number));
  return result;
}
