import { expect, test } from 'vitest';
import { imageStatuses } from '../../../web/core/store/records.ts';
import {
  applyChanges,
  applyProgress,
  filters,
  type ListView,
  statusesOf,
  toFilter,
  toView,
} from '../../../web/panel/model/image-list.ts';
import { imageRow } from '../image-rows.ts';

const ready = (...ids: string[]): ListView => ({
  kind: 'ready',
  images: ids.map((id) => imageRow(id)),
  next: null,
  isRefreshing: false,
});
const idsOf = (view: ListView) => (view.kind === 'ready' ? view.images.map(({ id }) => id) : view.kind);
const firstOfAll = { filter: 'all', isFirstPage: true } as const;

test('a changed image keeps its place', () => {
  const view = applyChanges(ready('a', 'b', 'c'), [imageRow('b', { status: 'enhanced' })], firstOfAll);
  expect(idsOf(view)).toEqual(['a', 'b', 'c']);
  expect(view.kind === 'ready' && view.images[1]?.status).toBe('enhanced');
});

test('a new image comes on top of the first page and of no other', () => {
  expect(idsOf(applyChanges(ready('a'), [imageRow('n')], firstOfAll))).toEqual(['n', 'a']);
  expect(idsOf(applyChanges(ready('a'), [imageRow('n')], { filter: 'all', isFirstPage: false }))).toEqual([
    'a',
  ]);
});

test('a new image that the filter leaves out does not appear, one that is shown stays until the page is read again', () => {
  const place = { filter: 'work', isFirstPage: true } as const;
  expect(idsOf(applyChanges(ready('a'), [imageRow('n', { status: 'good' })], place))).toEqual(['a']);
  expect(idsOf(applyChanges(ready('a'), [imageRow('a', { status: 'good' })], place))).toEqual(['a']);
});

test('the first image of an empty list ends its emptiness', () => {
  expect(idsOf(applyChanges({ kind: 'empty' }, [imageRow('n')], firstOfAll))).toEqual(['n']);
});

test('changes that come while a page is loading wait for the page', () => {
  expect(applyChanges({ kind: 'loading' }, [imageRow('n')], firstOfAll)).toEqual({ kind: 'loading' });
});

test('progress moves a working image on and leaves finished ones alone', () => {
  const view: ListView = {
    kind: 'ready',
    images: [imageRow('w', { status: 'working' }), imageRow('d', { status: 'enhanced', progress: 1 })],
    next: null,
    isRefreshing: false,
  };
  const moved = applyProgress(applyProgress(view, 'w', 0.5), 'd', 0.2);
  expect(moved.kind === 'ready' && moved.images.map(({ progress }) => progress)).toEqual([0.5, 1]);
});

test('a page without images is empty only when it is the first', () => {
  expect(toView({ images: [], next: null }, true).kind).toBe('empty');
  expect(toView({ images: [], next: null }, false).kind).toBe('ready');
});

test('every status is behind exactly one filter beside All', () => {
  const named = filters.filter((filter) => filter !== 'all').flatMap((filter) => statusesOf[filter]);
  expect([...named].sort()).toEqual([...imageStatuses].sort());
});

test.each([
  ['work', 'work'],
  [null, 'all'],
  ['<script>', 'all'],
])('the address’ status %s is the filter %s', (text, filter) => {
  expect(toFilter(text)).toBe(filter);
});
