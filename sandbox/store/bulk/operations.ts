/** Bulk operations: up to five at once per shop, in the background, with a JSONL file on the CDN. */
import type { GraphQLSchema } from 'graphql';
import { GraphQLError } from 'graphql';
import type { Activity } from '../clock/activity.ts';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import { fromGid, toDateTime, toGid } from '../gid.ts';
import { type BulkOperations, type StoreContext, type TypeResolvers, userError } from '../graphql/context.ts';
import { pageOf } from '../graphql/pagination.ts';
import type { ShopState } from '../records.ts';
import type { Payload } from '../webhooks/payloads.ts';
import { readBulkQuery, runBulkQuery } from './query.ts';
import type { BulkRecord, BulkStatus } from './record.ts';

const maxAtOnce = 5;
const resultLifeMs = 7 * 24 * 60 * 60 * 1000;

export interface BulkDeps {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly faults: Faults;
  readonly schema: () => GraphQLSchema;
  readonly nextId: () => number;
  readonly delayMs: () => number;
  readonly emit: (shop: ShopState, payload: Payload) => void;
}

export const bulkPath = (record: BulkRecord): string => `/bulk/${record.shop.id}/${record.id}.jsonl`;

const isCanceling = (record: BulkRecord): boolean => record.status === 'CANCELING';

const isUnderWay = (record: BulkRecord): boolean =>
  ['CREATED', 'RUNNING', 'CANCELING'].includes(record.status);

export function createBulkOperations(deps: BulkDeps): BulkOperations {
  const { clock, activity, faults } = deps;
  const records: BulkRecord[] = [];
  const ofShop = (shop: ShopState): BulkRecord[] => records.filter((one) => one.shop === shop);

  const find = (shop: ShopState, gid: string): BulkRecord | null =>
    ofShop(shop).find((one) => one.id === fromGid('BulkOperation', gid)) ?? null;

  function finish(record: BulkRecord, status: BulkStatus): void {
    record.status = status;
    record.completedAtMs = clock.nowMs();
    deps.emit(record.shop, {
      admin_graphql_api_id: toGid('BulkOperation', record.id),
      completed_at: toDateTime(record.completedAtMs),
      created_at: toDateTime(record.createdAtMs),
      error_code: record.errorCode?.toLowerCase() ?? null,
      status: record.status.toLowerCase(),
      type: 'query',
    });
  }

  async function work(record: BulkRecord, context: StoreContext): Promise<void> {
    const document = readBulkQuery(deps.schema(), record.query);
    if (typeof document === 'string') throw new Error(document);
    const lines: string[] = [];
    for await (const line of runBulkQuery(deps.schema(), document, context)) {
      if (isCanceling(record)) return finish(record, 'CANCELED');
      lines.push(line.text);
      record.objectCount += 1;
      if (line.isRoot) record.rootObjectCount += 1;
    }
    if (isCanceling(record)) return finish(record, 'CANCELED');
    const failed = faults.strike('bulk.failed', { shop: record.shop.domain });
    if (failed !== null) {
      const kept = lines.slice(0, Math.floor(lines.length * (failed.share ?? 0.5)));
      record.result = { body: toFile(kept), cutAfterBytes: null };
      record.isPartial = true;
      record.errorCode = 'INTERNAL_SERVER_ERROR';
      return finish(record, 'FAILED');
    }
    const body = toFile(lines);
    const cut = faults.strike('bulk.cutOff', { shop: record.shop.domain });
    record.result = {
      body,
      cutAfterBytes: cut === null ? null : Math.floor(body.byteLength * (cut.share ?? 0.5)),
    };
    finish(record, 'COMPLETED');
  }

  function start(record: BulkRecord, context: StoreContext, isDenied: boolean): void {
    const end = activity.begin();
    clock.schedule(deps.delayMs(), () => {
      if (record.status === 'CANCELING') {
        finish(record, 'CANCELED');
        return end();
      }
      record.status = 'RUNNING';
      if (isDenied) {
        record.errorCode = 'ACCESS_DENIED';
        finish(record, 'FAILED');
        return end();
      }
      clock.schedule(deps.delayMs(), () => {
        work(record, context)
          .catch((error: unknown) => {
            record.errorCode =
              error instanceof GraphQLError && error.extensions['code'] === 'ACCESS_DENIED'
                ? 'ACCESS_DENIED'
                : 'INTERNAL_SERVER_ERROR';
            finish(record, 'FAILED');
          })
          .finally(end);
      });
    });
  }

  return {
    run(query, groupObjects, context) {
      const denied = faults.strike('bulk.accessDenied', { shop: context.shop.domain });
      if (denied !== null && denied.later !== true) {
        throw new GraphQLError('Access denied for bulkOperationRunQuery field.', {
          extensions: { code: 'ACCESS_DENIED' },
        });
      }
      if (groupObjects) {
        const message = 'This store writes ungrouped results only';
        return { bulkOperation: null, userErrors: [userError(['groupObjects'], message, 'INVALID')] };
      }
      if (ofShop(context.shop).filter(isUnderWay).length >= maxAtOnce) {
        const message = `A maximum of ${maxAtOnce} bulk query operations can run at once for this app and shop`;
        return { bulkOperation: null, userErrors: [userError(null, message, 'LIMIT_REACHED')] };
      }
      const document = readBulkQuery(deps.schema(), query);
      if (typeof document === 'string') {
        return { bulkOperation: null, userErrors: [userError(['query'], document, 'INVALID')] };
      }
      const record: BulkRecord = {
        kind: 'BulkOperation',
        id: deps.nextId(),
        shop: context.shop,
        query,
        createdAtMs: clock.nowMs(),
        completedAtMs: null,
        status: 'CREATED',
        errorCode: null,
        objectCount: 0,
        rootObjectCount: 0,
        result: null,
        isPartial: false,
      };
      records.push(record);
      start(record, context, denied !== null);
      return { bulkOperation: record, userErrors: [] };
    },
    cancel(shop, gid) {
      const record = find(shop, gid);
      if (record === null)
        return { bulkOperation: null, userErrors: [userError(['id'], 'Bulk operation does not exist')] };
      if (!isUnderWay(record)) {
        const message = `A bulk operation cannot be canceled when it is ${record.status.toLowerCase()}`;
        return { bulkOperation: record, userErrors: [userError(['id'], message)] };
      }
      record.status = 'CANCELING';
      return { bulkOperation: record, userErrors: [] };
    },
    find,
    latest: (shop) => ofShop(shop).at(-1) ?? null,
    page: (shop, args) =>
      pageOf(args.reverse === true ? ofShop(shop).reverse() : ofShop(shop), args, 'bulkOperations'),
    resultAt(path) {
      const record = records.find((one) => bulkPath(one) === path);
      if (record?.completedAtMs == null || clock.nowMs() - record.completedAtMs > resultLifeMs) return null;
      return record.result;
    },
  };
}

const toFile = (lines: readonly string[]): Uint8Array =>
  Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`);

export const bulkOperationResolvers: TypeResolvers<BulkRecord> = {
  id: (record) => toGid('BulkOperation', record.id),
  createdAt: (record) => toDateTime(record.createdAtMs),
  completedAt: (record) => (record.completedAtMs === null ? null : toDateTime(record.completedAtMs)),
  objectCount: (record) => String(record.objectCount),
  rootObjectCount: (record) => String(record.rootObjectCount),
  type: () => 'QUERY',
  fileSize: (record) => (record.result === null ? null : String(record.result.body.byteLength)),
  // Without objects there is no file.
  url: (record, _args, { urls }) =>
    record.status === 'COMPLETED' && record.objectCount > 0
      ? urls.signed(bulkPath(record), resultLifeMs)
      : null,
  partialDataUrl: (record, _args, { urls }) =>
    record.isPartial ? urls.signed(bulkPath(record), resultLifeMs) : null,
};
