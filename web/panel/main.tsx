import { render } from 'preact';
import { createApi, type LiveSignal } from './api.ts';
import { App } from './app.tsx';
import { type Panel, PanelContext } from './context.ts';
import { createWords, type Words } from './strings.ts';
import './panel.css';

/** One stream for all pages: each hears it while it is shown. */
function createListen(watch: (hear: (signal: LiveSignal) => void) => () => void): Panel['listen'] {
  const hearers = new Set<(signal: LiveSignal) => void>();
  watch((signal) => {
    for (const hear of hearers) hear(signal);
  });
  return (hear) => {
    hearers.add(hear);
    return () => hearers.delete(hear);
  };
}

function startPanel(root: HTMLElement, words: Words): void {
  const api = createApi({
    fetch: (input, init) => fetch(input, init),
    idToken: () => shopify.idToken(),
    setTimeout: (run, delayMs) => window.setTimeout(run, delayMs),
  });
  const panel: Panel = {
    api,
    words,
    listen: createListen(api.watch),
    toast: (message, isError = false) => void shopify.toast.show(message, { isError }),
  };
  render(
    <PanelContext.Provider value={panel}>
      <App />
    </PanelContext.Provider>,
    root,
  );
}

/** A page that was opened by itself, or without Shopify's scripts: a sentence, and the way on. */
function Outside({ words: { t }, hasBridge }: { words: Words; hasBridge: boolean }) {
  const adminUrl = document.documentElement.dataset['adminUrl'] ?? 'https://admin.shopify.com/';
  return (
    <main class="outside">
      <h1>{t('app.name')}</h1>
      <p>{t(hasBridge ? 'app.outside' : 'app.noBridge')}</p>
      {hasBridge && <a href={adminUrl}>{t('app.outsideLink')}</a>}
    </main>
  );
}

const root = document.getElementById('panel');
if (!root) throw new Error('The page has no element #panel.');
const hasBridge = 'shopify' in globalThis;
const words = createWords(new URLSearchParams(location.search).get('locale') ?? 'en');
document.documentElement.lang = words.locale;
if (hasBridge && window.top !== window.self) startPanel(root, words);
else render(<Outside words={words} hasBridge={hasBridge} />, root);
