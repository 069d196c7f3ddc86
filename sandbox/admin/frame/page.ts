import { iconSvg } from '../polaris/icons.ts';

export interface FramePage {
  readonly storeName: string;
  readonly storeHandle: string;
  readonly appName: string;
  readonly appHandle: string;
  /** The address of the app's page, already with its query. */
  readonly frameUrl: string;
  readonly nonce: string;
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Only decoration: the sandbox has no other rooms of the admin. */
const rooms: readonly (readonly [string, string])[] = [
  ['home', 'Home'],
  ['order', 'Orders'],
  ['product', 'Products'],
  ['person', 'Customers'],
  ['megaphone', 'Marketing'],
  ['discount', 'Discounts'],
  ['content', 'Content'],
  ['globe', 'Markets'],
  ['chart-vertical', 'Analytics'],
];

/** A page like the Shopify admin around one app: top bar, side navigation, title bar, the app in a frame. */
export function framePage(page: FramePage): string {
  const { storeName, storeHandle, appName, appHandle, frameUrl, nonce } = page;
  const initials = escapeHtml(
    storeName
      .split(/\s+/)
      .map((word) => word[0] ?? '')
      .join('')
      .slice(0, 2)
      .toUpperCase(),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(appName)} · ${escapeHtml(storeName)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/cdn/static/fonts/inter/v4/styles.css">
<link rel="stylesheet" href="/cdn/admin/frame.css">
</head>
<body data-store="${escapeHtml(storeHandle)}" data-app="${escapeHtml(appHandle)}">
<header class="top" role="banner">
  <button class="menu" aria-label="Navigation" aria-expanded="false" aria-controls="side"><span></span></button>
  <div class="brand" aria-hidden="true">${iconSvg('store')}<span>vitrine sandbox</span></div>
  <div class="seek" aria-hidden="true">${iconSvg('search', 16)}<span>Search</span><kbd>⌘ K</kbd></div>
  <div class="savebar" role="region" aria-label="Unsaved changes" hidden><span>${iconSvg('alert-triangle', 16)} Unsaved changes</span><button class="discard">Discard</button><button class="save">Save</button></div>
  <div class="who"><span class="bell" aria-hidden="true">${iconSvg('notification')}</span><span class="store">${escapeHtml(storeName)}</span><span class="initials" aria-hidden="true">${initials}</span></div>
</header>
<nav class="side" id="side" aria-label="Admin">
  <ul>${rooms.map(([icon, label]) => `<li><span class="room">${iconSvg(icon)}<span>${label}</span></span></li>`).join('')}</ul>
  <h2>Apps</h2>
  <ul><li><a class="room app current" href="/store/${escapeHtml(storeHandle)}/apps/${escapeHtml(appHandle)}" data-path="/">${iconSvg('image-magic')}<span>${escapeHtml(appName)}</span></a><ul class="pages"></ul></li></ul>
  <ul class="foot"><li><span class="room">${iconSvg('settings')}<span>Settings</span></span></li></ul>
</nav>
<main>
  <div class="bar"><span class="appicon" aria-hidden="true">${iconSvg('image-magic')}</span><button class="back" hidden aria-label="Back">${iconSvg('arrow-left')}</button><h1 class="title">${escapeHtml(appName)}</h1><span class="badge" hidden></span><div class="actions"></div></div>
  <div class="progress" hidden></div>
  <iframe title="${escapeHtml(appName)}" src="${escapeHtml(frameUrl)}" allow="clipboard-write"></iframe>
</main>
<div class="toasts" role="status" aria-live="polite"></div>
<script nonce="${nonce}" src="/cdn/admin/frame.js"></script>
</body>
</html>`;
}
