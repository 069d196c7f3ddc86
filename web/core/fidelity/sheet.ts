import { damageOf, type MeasureName, measureOf } from './catalogue.ts';
import { blockMaxima, worstPlaces } from './places.ts';
import type { Plane } from './planes.ts';
import { thresholds } from './thresholds.ts';
import type { BadPlace, ComparedText, Measure } from './types.ts';

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What a report is written on: figures, and places with how bad each is against the normal profile's limit. */
export interface Sheet {
  readonly measures: readonly Measure[];
  readonly add: (name: MeasureName, value: number) => void;
  /** map: larger is worse, cells of cellPx input pixels. */
  readonly mark: (name: MeasureName, map: Plane, cellPx: number) => void;
  /** A place in input pixels. */
  readonly markPlace: (name: MeasureName, place: Omit<BadPlace, 'measure' | 'value'>, value: number) => void;
  readonly markText: (text: readonly ComparedText[]) => void;
  /** Worst first, whatever measure found them. */
  readonly badPlaces: () => BadPlace[];
}

/** Side of a marked block in input pixels, and how many of one measure are worth drawing. */
const blockPx = 16;
const mostOfOne = 6;
const mostInAll = 24;
/** From this share of the limit a place is worth a look. */
const worthALook = 0.6;

export function createSheet(input: Size, output: Size): Sheet {
  const measures: Measure[] = [];
  const places: { readonly place: BadPlace; readonly badness: number }[] = [];
  const scaleX = output.widthPx / input.widthPx;
  const scaleY = output.heightPx / input.heightPx;
  const limitOf = (name: MeasureName): number => {
    const limit = thresholds.normal.hold[name];
    return limit === undefined ? Number.POSITIVE_INFINITY : damageOf(name, limit);
  };
  const push = (place: BadPlace, limit: number): void => {
    const badness = place.value / limit;
    if (badness >= worthALook) places.push({ place, badness });
  };
  return {
    measures,
    add: (name, value) => void measures.push(measureOf(name, value)),
    mark(name, map, cellPx) {
      const limit = limitOf(name);
      if (!Number.isFinite(limit)) return;
      const cells = Math.max(1, Math.round(blockPx / cellPx));
      const found = worstPlaces({
        measure: name,
        blocks: blockMaxima(map, cells),
        sidePx: cells * cellPx,
        cells: input,
        output,
        floor: worthALook * limit,
        most: mostOfOne,
      });
      for (const place of found) push(place, limit);
    },
    markPlace(name, place, value) {
      const limit = limitOf(name);
      const xPx = Math.max(0, Math.round(place.xPx * scaleX));
      const yPx = Math.max(0, Math.round(place.yPx * scaleY));
      const widthPx = Math.round(place.widthPx * scaleX);
      const heightPx = Math.round(place.heightPx * scaleY);
      push({ xPx, yPx, widthPx, heightPx, measure: name, value }, limit);
    },
    markText(text) {
      for (const { distance, xPx, yPx, widthPx, heightPx } of text) {
        push(
          { xPx, yPx, widthPx, heightPx, measure: 'textDistance', value: distance },
          limitOf('textDistance'),
        );
      }
    },
    badPlaces: () =>
      places
        .sort((a, b) => b.badness - a.badness)
        .slice(0, mostInAll)
        .map(({ place }) => place),
  };
}
