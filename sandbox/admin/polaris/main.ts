/** The script that stands in for Shopify's polaris.js: defines every element of the manifest. */
import specs from 'virtual:polaris-manifest';
import { define } from './element.ts';
import { looks } from './looks.ts';
import { sharedCss } from './tokens.ts';

const shared = new CSSStyleSheet();
shared.replaceSync(sharedCss);
for (const spec of specs) {
  const look = looks[spec.tag];
  if (!look) throw new Error(`No stand-in for <${spec.tag}>`);
  define(spec, look, shared);
}
const page = new CSSStyleSheet();
page.replaceSync('html { background: #f1f1f1; } body { margin: 0; }');
document.adoptedStyleSheets.push(page);
