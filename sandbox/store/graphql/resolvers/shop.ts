import { toDateTime, toGid } from '../../gid.ts';
import type { ShopState } from '../../records.ts';
import type { TypeResolvers } from '../context.ts';
import { queryResolvers } from './queries.ts';

const displayNames = {
  standard: 'Basic',
  advanced: 'Advanced',
  plus: 'Shopify Plus',
  enterprise: 'Enterprise',
} as const;

const domainOf = (shop: ShopState) => ({
  kind: 'Domain',
  id: toGid('Domain', shop.id),
  host: shop.domain,
  sslEnabled: true,
  url: `https://${shop.domain}`,
});

export const shopResolvers: TypeResolvers<ShopState> = {
  id: (shop) => toGid('Shop', shop.id),
  myshopifyDomain: (shop) => shop.domain,
  url: (shop) => `https://${shop.domain}`,
  primaryDomain: domainOf,
  domains: (shop) => [domainOf(shop)],
  contactEmail: (shop) => shop.email,
  shopOwnerName: () => 'Sam Merchant',
  description: () => null,
  createdAt: (shop) => toDateTime(shop.createdAtMs),
  updatedAt: (shop) => toDateTime(shop.updatedAtMs),
  currencyCode: () => 'EUR',
  ianaTimezone: () => 'Etc/UTC',
  timezoneAbbreviation: () => 'UTC',
  timezoneOffset: () => '+0000',
  timezoneOffsetMinutes: () => 0,
  setupRequired: () => false,
  plan: (shop) => ({
    displayName: displayNames[shop.plan],
    publicDisplayName: displayNames[shop.plan],
    partnerDevelopment: false,
    shopifyPlus: shop.plan === 'plus' || shop.plan === 'enterprise',
  }),
  products: (_shop, args, context, info) => queryResolvers['products']?.(undefined, args, context, info),
  collections: (_shop, args, context, info) =>
    queryResolvers['collections']?.(undefined, args, context, info),
};

export const appResolvers: TypeResolvers<object> = {
  id: () => toGid('App', 1),
  apiKey: (_app, _args, { app }) => app.clientId,
  handle: () => 'vitrine',
  title: () => 'Vitrine',
  developerName: () => 'Sandbox',
  embedded: () => true,
  published: () => false,
  webhookApiVersion: () => '2026-10',
  installation: (_app, _args, { shop }) => (shop.isInstalled ? { kind: 'AppInstallation' } : null),
};

export const appInstallationResolvers: TypeResolvers<object> = {
  id: (_one, _args, { shop }) => toGid('AppInstallation', shop.id),
  app: () => ({ kind: 'App' }),
  launchUrl: (_one, _args, { shop }) => `https://${shop.domain}/admin/apps/vitrine`,
  uninstallUrl: () => null,
  accessScopes: (_one, _args, { scopes }) =>
    [
      ...new Set(
        scopes.flatMap((scope) =>
          scope.startsWith('write_') ? [scope, scope.replace('write_', 'read_')] : [scope],
        ),
      ),
    ].map((handle) => ({ handle, description: handle.replaceAll('_', ' ') })),
};
