import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { VitrineError } from '../../core/errors.ts';
import { parseShopDomain } from '../shopify/shop-domain.ts';
import { ancestorsFor } from './security-headers.ts';

export interface PanelPageDeps {
  /** The app's client id: App Bridge reads it from the page. */
  readonly apiKey: string;
  /** The origin that stands for Shopify's admin and CDN; null in the open. */
  readonly sandbox: string | null;
  /** What scripts/build-panel.ts writes: index of hashed files and the files. */
  readonly panelDir: string;
  /** Origins of the shop's pictures beside Shopify's own CDN. */
  readonly pictureOrigins?: readonly string[];
}

/** The panel's own addresses; each shows the same page, whose script draws the room. */
export const panelPaths = ['/', '/images', '/images/:id'] as const;

/** The panel was never built here. */
export class PanelMissingError extends VitrineError {
  constructor(cause: unknown) {
    super(
      'panel-missing',
      'The panel has not been built; run `npm start`, or `node scripts/build-panel.ts`.',
      {
        cause,
      },
    );
  }
}

const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), isEntry: z.boolean().optional(), css: z.array(z.string()).optional() }),
);

interface Assets {
  readonly script: string;
  readonly styles: readonly string[];
}

async function readAssets(panelDir: string): Promise<Assets> {
  let text: string;
  try {
    text = await readFile(join(panelDir, '.vite', 'manifest.json'), 'utf8');
  } catch (cause) {
    throw new PanelMissingError(cause);
  }
  const entry = Object.values(manifestSchema.parse(JSON.parse(text))).find(({ isEntry }) => isEntry);
  if (!entry) throw new PanelMissingError(new Error('the manifest has no entry'));
  return { script: entry.file, styles: entry.css ?? [] };
}

/**
 * The embedded app's page and its hashed files. `<head>` loads App Bridge first, as Shopify demands, then Polaris, both
 * from Shopify's CDN. Nothing in the page is secret: whoever opens it needs a session token for everything else.
 */
export function panelPages(deps: PanelPageDeps): Router {
  const cdn = deps.sandbox === null ? 'https://cdn.shopify.com' : `${deps.sandbox}/cdn`;
  let assets: Promise<Assets> | null = null;
  const router = Router();

  router.use(
    '/assets',
    express.static(join(deps.panelDir, 'assets'), {
      immutable: true,
      maxAge: '1y',
      index: false,
      redirect: false,
    }),
  );
  router.get([...panelPaths], async function panelPage(request, response) {
    assets ??= readAssets(deps.panelDir);
    // A panel that is built later is found at the next request.
    assets.catch(() => {
      assets = null;
    });
    const page = await assets;
    const nonce = randomBytes(16).toString('base64');
    const shop = parseShopDomain(request.query['shop']);
    response.set({
      'content-security-policy': contentPolicy(deps, nonce, ancestorsFor(shop, deps.sandbox)),
      'cache-control': 'no-store',
    });
    response.type('html').send(panelHtml({ apiKey: deps.apiKey, cdn, page, nonce, shop }));
  });
  return router;
}

function contentPolicy(
  { sandbox, pictureOrigins = [] }: PanelPageDeps,
  nonce: string,
  ancestors: string,
): string {
  const shopify = sandbox === null ? 'https://cdn.shopify.com' : sandbox;
  const pictures = [...new Set([shopify, ...pictureOrigins])].join(' ');
  const bridge =
    sandbox === null ? 'https://*.shopify.com https://*.shopifycloud.com https://*.shopifysvc.com' : sandbox;
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' ${shopify}`,
    // Polaris' elements write styles into their shadow roots.
    `style-src 'self' 'unsafe-inline' ${shopify}`,
    `font-src ${shopify}`,
    `img-src 'self' data: ${pictures}`,
    `connect-src 'self' ${bridge}`,
    `frame-src ${bridge}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ].join('; ');
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

interface PageParts {
  readonly apiKey: string;
  readonly cdn: string;
  readonly page: Assets;
  readonly nonce: string;
  readonly shop: string | null;
}

function panelHtml({ apiKey, cdn, page, nonce, shop }: PageParts): string {
  const store = shop?.replace(/\.myshopify\.com$/, '');
  const adminUrl = store
    ? `https://admin.shopify.com/store/${store}/apps/${apiKey}`
    : 'https://admin.shopify.com/';
  return `<!doctype html>
<html lang="en" data-admin-url="${escapeHtml(adminUrl)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vitrine</title>
<meta name="shopify-api-key" content="${escapeHtml(apiKey)}">
<script nonce="${nonce}" src="${cdn}/shopifycloud/app-bridge.js"></script>
<script nonce="${nonce}" src="${cdn}/shopifycloud/polaris.js"></script>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${cdn}/static/fonts/inter/v4/styles.css">
${page.styles.map((style) => `<link rel="stylesheet" href="/${style}">`).join('\n')}
<script type="module" nonce="${nonce}" src="/${page.script}"></script>
</head>
<body>
<div id="panel"></div>
<noscript>Vitrine works inside the Shopify admin and needs JavaScript.</noscript>
</body>
</html>`;
}
