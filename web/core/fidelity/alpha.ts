import type { Raster } from '../image/types.ts';
import { type Lab, labOf, linearOf } from './colour.ts';
import { channelOf, dilate, emptyPlane, type Plane } from './planes.ts';

export interface AlphaFigures {
  /** Mean difference of the alpha within the edge band, as a share of full opacity, 0…1. */
  readonly edgeError: number;
  /** Area that both shapes cover over the area that either covers, at half opacity; 1 for the same. */
  readonly overlap: number;
  /**
   * Mean difference of L* of the visible colour along the edge, as an amount. The mean is taken with its sign: noise
   * and sharper edges cancel out along the way round, a rim that is darker or lighter all along does not. Without
   * a* and b*: a JPEG's halved chroma bleeds over every edge of a coloured product, on one side only.
   */
  readonly fringe: number;
  /** Where the alpha differs, 0…1, at the input's size. */
  readonly map: Plane;
}

/**
 * Compares the cut-out at the input's size. before, after: alpha; rgbBefore, rgbAfter: the colours under it, all of
 * one size. The edge band is every pixel within 2 of one that is neither empty nor full.
 */
export function alphaFiguresOf(
  before: Raster<1>,
  after: Raster<1>,
  rgbBefore: Raster<3>,
  rgbAfter: Raster<3>,
): AlphaFigures {
  const a = channelOf(before, 0);
  const b = channelOf(after, 0);
  const edge = emptyPlane(a.widthPx, a.heightPx);
  const { widthPx: w } = a;
  for (let i = 0; i < edge.data.length; i++) {
    const own = a.data[i] as number;
    const isPartial = own > 8 && own < 247;
    const isStep =
      (i % w > 0 && Math.abs(own - (a.data[i - 1] as number)) > 127) ||
      (i >= w && Math.abs(own - (a.data[i - w] as number)) > 127);
    edge.data[i] = isPartial || isStep ? 1 : 0;
  }
  const band = dilate(edge, 2);
  const map = emptyPlane(a.widthPx, a.heightPx);
  let error = 0;
  let bandCount = 0;
  let both = 0;
  let either = 0;
  let fringeL = 0;
  let weight = 0;
  for (let i = 0; i < map.data.length; i++) {
    const one = (a.data[i] as number) / 255;
    const two = (b.data[i] as number) / 255;
    map.data[i] = Math.abs(one - two);
    if (one >= 0.5 && two >= 0.5) both++;
    if (one >= 0.5 || two >= 0.5) either++;
    if ((band.data[i] as number) === 0) continue;
    error += Math.abs(one - two);
    bandCount++;
    const visible = Math.min(one, two);
    if (visible < 0.25) continue;
    const was = labAt(rgbBefore, i);
    const is = labAt(rgbAfter, i);
    fringeL += visible * (is.l - was.l);
    weight += visible;
  }
  return {
    edgeError: bandCount === 0 ? 0 : error / bandCount,
    overlap: either === 0 ? 1 : both / either,
    fringe: weight === 0 ? 0 : Math.abs(fringeL) / weight,
    map,
  };
}

function labAt(rgb: Raster<3>, index: number): Lab {
  const light = (channel: number): number => linearOf(rgb.data[index * 3 + channel] as number);
  return labOf(light(0), light(1), light(2));
}
