import { expect, test } from 'vitest';
import { loadManifest } from '../../../sandbox/admin/bundle.ts';
import { drawnIcons } from '../../../sandbox/admin/polaris/icons.ts';
import { attributeStyle } from '../../../sandbox/admin/polaris/layout.ts';
import { looks } from '../../../sandbox/admin/polaris/looks.ts';
import { type ElementSpec, readManifest } from '../../../sandbox/admin/polaris/manifest.ts';

const specs = readManifest(await loadManifest());
const specOf = (tag: string): ElementSpec => {
  const spec = specs.find((each) => each.tag === tag);
  if (!spec) throw new Error(`no ${tag}`);
  return spec;
};

test('every element of Shopify’s manifest has a stand-in, and no stand-in is made up', () => {
  expect(Object.keys(looks).sort()).toEqual(specs.map(({ tag }) => tag).sort());
  expect(specs.length).toBeGreaterThan(60);
});

test('the manifest is read with its names, words, events and slots', () => {
  const button = specOf('s-button');
  expect(button.attributes.find(({ field }) => field === 'accessibilityLabel')?.name).toBe(
    'accessibilitylabel',
  );
  expect(button.attributes.find(({ name }) => name === 'tone')?.words).toEqual([
    'auto',
    'neutral',
    'critical',
  ]);
  expect(specOf('s-modal').events).toEqual(['hide', 'show', 'afterhide', 'aftershow']);
  expect(specOf('s-section').slots).toContain('primary-action');
});

/** Set by the stand-ins themselves, or HTML's own. */
const ownAttributes = /^(hidden|data-.+|src|type|slot|for|id|class)$/;

/** `[name="word"]` in selectors on the host. */
function selectorsOn(css: string): { name: string; word: string | null }[] {
  return [...css.matchAll(/:host\(([^{},]*?)\)(?=[\s,.:{>]|$)/g)].flatMap((host) =>
    [...(host[1] ?? '').matchAll(/\[([\w-]+)(?:="([^"]*)")?\]/g)].map((match) => ({
      name: match[1] ?? '',
      word: match[2] ?? null,
    })),
  );
}

const styledTags = Object.keys(looks).map((tag) => ({ tag, selectors: selectorsOn(looks[tag]?.css ?? '') }));

/** Whether Shopify's element has the attribute, with that word where words are given. */
function has(tag: string, name: string, word: string | null): boolean {
  const attribute = specOf(tag).attributes.find((each) => each.name === name);
  return attribute !== undefined && (word === null || (attribute.words?.includes(word) ?? true));
}

test.each(styledTags)('<$tag> is styled by attributes and words that Shopify has', ({ selectors }) => {
  const wrong = selectors
    .filter(({ name }) => !ownAttributes.test(name))
    // A family shares its style: it is enough that the rule can apply to one element that has it.
    .filter(({ name, word }) => {
      const sharers = styledTags.filter((each) =>
        each.selectors.some((s) => s.name === name && s.word === word),
      );
      return !sharers.some(({ tag }) => has(tag, name, word));
    });
  expect(wrong).toEqual([]);
});

test.each(Object.keys(looks))('<%s> has only the slots that Shopify’s element has', (tag) => {
  const names = [...(looks[tag]?.html ?? '').matchAll(/<slot(?: name="([^"]*)")?/g)].map(
    (match) => match[1] ?? '',
  );
  const known = [...specOf(tag).slots, ''];
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
});

test('every slot of the elements that the panel fills is drawn', () => {
  for (const tag of ['s-page', 's-section', 's-table', 's-modal', 's-banner', 's-empty-state']) {
    const html = looks[tag]?.html ?? '';
    for (const slot of specOf(tag).slots.filter((name) => name !== '')) {
      expect(html, `${tag} ${slot}`).toContain(`<slot name="${slot}"`);
    }
  }
});

test('icons are drawn under names that Shopify has', () => {
  const names = specOf('s-icon').attributes.find(({ name }) => name === 'type')?.words ?? [];
  expect(drawnIcons.filter((name) => !names.includes(name))).toEqual([]);
});

test.each([
  ['padding', 'base none', ':host { padding: var(--space-base) var(--space-none) }'],
  ['gap', 'small-200', ':host { gap: var(--space-small-200) }'],
  ['gridtemplatecolumns', '1fr 2fr', ':host { grid-template-columns: 1fr 2fr }'],
  ['inlinesize', '240px', ':host { inline-size: 240px }'],
  ['borderradius', 'large', ':host { border-radius: 12px }'],
])('%s="%s" is the style that the word stands for', (name, value, css) => {
  expect(attributeStyle([{ name, value }]).trim()).toBe(css);
});

test('a responsive value becomes a container query with its fallback', () => {
  const value = '@container (inline-size > 500px) 1fr 1fr, 1fr';
  const css = attributeStyle([{ name: 'gridtemplatecolumns', value }]);
  expect(css).toContain(':host { grid-template-columns: 1fr }');
  expect(css).toContain('@container (inline-size > 500px) { :host { grid-template-columns: 1fr 1fr; } }');
});
