import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { BulkRecord, BulkResult } from '../bulk/record.ts';
import type { Catalog } from '../catalog.ts';
import type { Activity } from '../clock/activity.ts';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import type { StagedUploads } from '../hosts/staged-uploads.ts';
import type { MediaLifecycle } from '../media/lifecycle.ts';
import type { MediaUrls } from '../media/urls.ts';
import type { ShopState } from '../records.ts';
import type { ApiSubscriptions } from '../webhooks/api-subscriptions.ts';
import type { Connection, PageArguments } from './pagination.ts';

export interface BulkOperations {
  run(query: string, groupObjects: boolean, context: StoreContext): object;
  cancel(shop: ShopState, gid: string): object;
  find(shop: ShopState, gid: string): BulkRecord | null;
  latest(shop: ShopState): BulkRecord | null;
  page(shop: ShopState, args: PageArguments): Connection<BulkRecord>;
  /** The file behind a path of the CDN, for as long as it is kept. */
  resultAt(path: string): BulkResult | null;
}

/** What resolvers may reach: the shop that the token is for, and the rooms of the store. */
export interface StoreContext {
  readonly shop: ShopState;
  readonly scopes: readonly string[];
  /** Inside a bulk operation: no limits on pages. */
  readonly isBulk: boolean;
  readonly catalog: Catalog;
  readonly media: MediaLifecycle;
  readonly urls: MediaUrls;
  readonly staged: StagedUploads;
  readonly bulk: BulkOperations;
  readonly subscriptions: ApiSubscriptions;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly faults: Faults;
  readonly app: {
    readonly clientId: string;
    readonly appUrl: () => string | null;
    readonly uninstall: (shop: ShopState) => void;
  };
  /** Filters that Shopify would warn of, by the path of their field. */
  readonly searchWarnings: {
    readonly path: readonly string[];
    readonly query: string;
    readonly field: string;
  }[];
}

// biome-ignore lint/suspicious/noExplicitAny: arguments were checked by graphql-js against the schema already.
export type Resolver<S> = (source: S, args: any, context: StoreContext, info: GraphQLResolveInfo) => unknown;
export type TypeResolvers<S> = Readonly<Record<string, Resolver<S>>>;

export interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code?: string;
}

export const userError = (
  field: readonly (string | number)[] | null,
  message: string,
  code?: string,
): UserError => ({
  field: field === null ? null : field.map(String),
  message,
  ...(code === undefined ? {} : { code }),
});

const maxInputs = 250;

/** Shopify takes lists of up to 250 inputs. */
export function checkInputSize(args: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(args)) {
    if (Array.isArray(value) && value.length > maxInputs) {
      throw new GraphQLError(
        `The input array size of ${value.length} is greater than the maximum allowed of ${maxInputs}.`,
        { extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED', argument: name } },
      );
    }
  }
}
