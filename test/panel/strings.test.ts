import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageStatuses } from '../../web/core/store/records.ts';
import { filters } from '../../web/panel/model/image-list.ts';
import { createWords, isKey } from '../../web/panel/strings.ts';

test('what is in braces is filled in, and a missing value leaves its name to be seen', () => {
  const { t } = createWords('en');
  expect(t('overview.share', { done: 3, total: 4 })).toBe('3 of 4 done');
  expect(t('overview.share', { done: 3 })).toBe('3 of {total} done');
});

test('a number chooses its form and is written in the locale', () => {
  const { n } = createWords('en-US');
  expect(n('overview.busy', 1)).toBe('One image is being sharpened');
  expect(n('overview.busy', 12_345)).toBe('12,345 images are being sharpened');
});

test('a language without words is shown in English with English numbers', () => {
  expect(createWords('fi-FI').locale).toBe('en');
});

test('every status and every filter has words', () => {
  for (const status of imageStatuses) {
    expect(isKey(`status.${status}`), status).toBe(true);
    if (status !== 'enhanced') expect(isKey(`what.${status}`), status).toBe(true);
  }
  for (const filter of filters) expect(isKey(`filter.${filter}`), filter).toBe(true);
});

test('no component holds words of its own', () => {
  const folder = join(import.meta.dirname, '../../web/panel');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    // Between two tags nothing may stand but an expression; signs such as `·` and `→` are no words.
    const words = [...text.matchAll(/<\/?[a-z][\w-]*(?:\s[^<>]*)?>\s*([A-Za-z][^<>{}]*)</g)].map(
      (match) => match[1],
    );
    expect(words, file).toEqual([]);
    const labels = [...text.matchAll(/(?:aria-label|alt|heading|accessibilityLabel|label)="([^"]+)"/g)];
    expect(
      labels.map((match) => match[0]),
      file,
    ).toEqual([]);
  }
});
