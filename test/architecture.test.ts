import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The floors of the house, lowest first. A room may import from its own floor and those below; within a floor
 * rooms may lean on each other only without a circle. `core` itself holds what every room shares.
 */
const floors: readonly (readonly string[])[] = [
  ['web/core'],
  ['web/core/image', 'web/core/store', 'web/core/net'],
  ['web/core/fidelity', 'web/core/vault'],
  ['web/core/engines', 'web/core/catalog', 'web/core/budget', 'web/core/audit'],
  ['web/core/enhancement'],
  ['web/core/backfill'],
  ['web/server', 'web/panel'],
  ['web/cli'],
];
/** Beside the house: may use core's rooms below enhancement, never the server or panel; nothing in web may import them. */
const outside = ['sandbox', 'bench', 'test', 'scripts', 'extensions'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('/generated/') && !path.includes('node_modules'));
}

function importsOf(path: string): Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s)?[^'"`;]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({
    from: path,
    to: relative(root, join(root, dirname(path), match[3] ?? match[4] ?? ''))
      .split(sep)
      .join('/'),
    isTypeOnly: match[2] !== undefined,
  }));
}

function roomOf(path: string): string | null {
  const rooms = floors.flat().filter((room) => path.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? null;
}

const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
const allImports = sourceFiles('web').flatMap(importsOf);

test('no import runs upward between the floors of the house', () => {
  const upward = allImports.filter(({ from, to, isTypeOnly }) => {
    const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
    if (fromRoom === null || toRoom === null || fromRoom === toRoom) return false;
    // The panel runs in a browser: it may know the server's types, never its code.
    if (fromRoom === 'web/panel') return !isTypeOnly;
    return floorOf(toRoom) > floorOf(fromRoom) || toRoom === 'web/panel';
  });
  expect(upward).toEqual([]);
});

test('nothing in web imports the sandbox, the benches, the tests or the scripts', () => {
  const outward = allImports.filter(({ to }) => outside.some((folder) => to.startsWith(`${folder}/`)));
  expect(outward).toEqual([]);
});

test('the sandbox imports neither the server nor the panel nor the command line', () => {
  const inward = sourceFiles('sandbox')
    .filter((path) => !path.startsWith('sandbox/demo/'))
    .flatMap(importsOf)
    .filter(({ to }) => /^web\/(server|panel|cli)\//.test(to));
  expect(inward).toEqual([]);
});

function findCircle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const circle = visit(node);
    if (circle) return circle;
  }
  return null;
}

function graph(
  nodeOf: (path: string) => string | null,
  imports: readonly Import[],
): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [a, b] = [nodeOf(from), nodeOf(to)];
    if (a === null || b === null || a === b) continue;
    edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  return edges;
}

test('rooms do not import each other in a circle', () => {
  expect(findCircle(graph(roomOf, allImports))).toBeNull();
});

test('files do not import each other in a circle', () => {
  const everything = [
    ...allImports,
    ...['sandbox', 'bench'].flatMap((folder) => sourceFiles(folder).flatMap(importsOf)),
  ];
  expect(findCircle(graph((path) => path, everything))).toBeNull();
});
