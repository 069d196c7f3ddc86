/** The list's state and how it changes. Plain data and functions; the page only draws. */
import type { ImageList, ImageRow, ImageStatus } from '../../server/http/api/schemas.ts';
import type { PanelError } from '../api.ts';

export const filters = ['all', 'work', 'enhanced', 'review', 'good', 'restored', 'problem'] as const;
export type Filter = (typeof filters)[number];

export const statusesOf: Readonly<Record<Filter, readonly ImageStatus[]>> = {
  all: [],
  work: ['queued', 'working'],
  enhanced: ['enhanced'],
  review: ['review'],
  good: ['good'],
  restored: ['restored'],
  problem: ['skipped', 'failed', 'superseded'],
};

export const toFilter = (text: string | null): Filter => filters.find((filter) => filter === text) ?? 'all';

export type ListView =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: PanelError }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'ready';
      readonly images: readonly ImageRow[];
      readonly next: string | null;
      readonly isRefreshing: boolean;
    };

export const toView = ({ images, next }: ImageList, isFirstPage: boolean): ListView =>
  images.length === 0 && isFirstPage
    ? { kind: 'empty' }
    : { kind: 'ready', images, next, isRefreshing: false };

const belongs = (image: ImageRow, filter: Filter): boolean =>
  filter === 'all' || statusesOf[filter].includes(image.status);

/**
 * The view after live changes. Rows keep their places; a row that no longer belongs to the filter stays until the
 * page is read again, so that nothing jumps away under the pointer; new ones come on top of the first page.
 */
export function applyChanges(
  view: ListView,
  changed: readonly ImageRow[],
  { filter, isFirstPage }: { filter: Filter; isFirstPage: boolean },
): ListView {
  const known = new Set(view.kind === 'ready' ? view.images.map(({ id }) => id) : []);
  const fresh = changed.filter((image) => !known.has(image.id) && belongs(image, filter));
  if (view.kind === 'empty') {
    return fresh.length === 0 ? view : { kind: 'ready', images: fresh, next: null, isRefreshing: false };
  }
  if (view.kind !== 'ready') return view;
  const byId = new Map(changed.map((image) => [image.id, image]));
  const kept = view.images.map((image) => byId.get(image.id) ?? image);
  return { ...view, images: isFirstPage ? [...fresh, ...kept] : kept };
}

/** The view with the share of work of one image moved on; a late word about finished work changes nothing. */
export function applyProgress(view: ListView, imageId: string, progress: number): ListView {
  if (view.kind !== 'ready') return view;
  const images = view.images.map((image) =>
    image.id === imageId && image.status === 'working' ? { ...image, progress } : image,
  );
  return { ...view, images };
}
