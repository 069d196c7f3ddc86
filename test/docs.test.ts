import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../web/server/config.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');
const packageJson = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
/** Made when something runs, or not files of this repository. */
const notFiles = /^(\.demo|\.vitrine|vault$)|example|photo/;

test.each(pages)('every file that %s names is there', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)#:]+)\)/g)].map((match) =>
    join(dirname(page), match[1] ?? ''),
  );
  const paths = [
    ...textOf(page).matchAll(
      /`((?:web|docs|sandbox|scripts|prisma|test|bench|extensions)\/[\w./-]+|\w[\w.-]*\.(?:toml|json|mjs))`/g,
    ),
  ]
    .map((match) => match[1] ?? '')
    .filter((path) => !notFiles.test(path));
  expect([...links, ...paths].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(pages)('every npm script that %s names is there', (page) => {
  const scripts = [...textOf(page).matchAll(/npm (?:run ([\w:-]+)|(test|start)\b)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  expect(scripts.filter((name) => packageJson.scripts[name] === undefined)).toEqual([]);
});

test('every variable that the configuration reads is explained, and no other', () => {
  const source = textOf('web/server/config.ts');
  const read = new Set(
    [...source.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|PORT)\b(?=:|'\])/g)].map((match) => match[1]),
  );
  const explained = new Set(
    [...textOf('docs/operating.md').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map((match) => match[1]),
  );
  expect([...read].filter((name) => !explained.has(name))).toEqual([]);
  const unread = [...explained].filter(
    (name) => !source.includes(name ?? '') && !['SIGTERM'].includes(name ?? ''),
  );
  expect(unread).toEqual([]);
});

test('what the operating guide calls required is what the configuration asks for', () => {
  expect(() => readConfig({})).toThrow(/SHOPIFY_API_KEY.*|VITRINE_URL.*/);
});
