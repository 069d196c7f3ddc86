/** Bulk operations, webhook subscriptions and uninstalling. */
import { fromGid, toDateTime, toGid } from '../../gid.ts';
import { type ApiSubscription, toTopicEnum } from '../../webhooks/api-subscriptions.ts';
import { defaultSubscriptions } from '../../webhooks/subscriptions.ts';
import { type TypeResolvers, userError } from '../context.ts';

interface SubscriptionInput {
  readonly uri?: string | null;
  readonly callbackUrl?: string | null;
  readonly name?: string | null;
  readonly includeFields?: readonly string[] | null;
}

export const platformMutations: TypeResolvers<undefined> = {
  bulkOperationRunQuery: (_root, args: { query: string; groupObjects: boolean }, context) =>
    context.bulk.run(args.query, args.groupObjects, context),
  bulkOperationCancel: (_root, args: { id: string }, { bulk, shop }) => bulk.cancel(shop, args.id),
  appUninstall: (_root, _args, { app, shop }) => {
    app.uninstall(shop);
    return { app: { kind: 'App' }, userErrors: [] };
  },
  webhookSubscriptionCreate: (
    _root,
    args: { topic: string; webhookSubscription: SubscriptionInput },
    context,
  ) => {
    const input = args.webhookSubscription;
    const uri = input.uri ?? input.callbackUrl ?? null;
    // The store sends these topics; for any other there would never be a delivery.
    const topic = defaultSubscriptions.find((one) => toTopicEnum(one.topic) === args.topic)?.topic;
    const userErrors = [
      ...(uri === null ? [userError(['webhookSubscription', 'uri'], "Address can't be blank")] : []),
      ...(topic === undefined ? [userError(['topic'], 'This store has no such event')] : []),
    ];
    if (uri === null || topic === undefined) return { webhookSubscription: null, userErrors };
    if (context.subscriptions.list(context.shop, { topics: [args.topic], uri }).length > 0) {
      const taken = userError(
        ['webhookSubscription', 'uri'],
        'Address for this topic has already been taken',
      );
      return { webhookSubscription: null, userErrors: [taken] };
    }
    const webhookSubscription = context.subscriptions.create(context.shop, {
      topic,
      uri,
      ...(input.name == null ? {} : { name: input.name }),
      ...(input.includeFields == null ? {} : { includeFields: input.includeFields }),
    });
    return { webhookSubscription, userErrors: [] };
  },
  webhookSubscriptionDelete: (_root, args: { id: string }, { subscriptions, shop }) => {
    if (subscriptions.remove(shop.domain, fromGid('WebhookSubscription', args.id) ?? -1)) {
      return { deletedWebhookSubscriptionId: args.id, userErrors: [] };
    }
    return {
      deletedWebhookSubscriptionId: null,
      userErrors: [userError(['id'], 'Webhook subscription does not exist')],
    };
  },
};

export const subscriptionResolvers: TypeResolvers<ApiSubscription> = {
  id: (one) => toGid('WebhookSubscription', one.id),
  legacyResourceId: (one) => String(one.id),
  callbackUrl: (one) => one.uri,
  endpoint: (one) => ({ kind: 'WebhookHttpEndpoint', callbackUrl: one.uri }),
  format: () => 'JSON',
  filter: () => null,
  includeFields: (one) => one.includeFields ?? [],
  metafieldNamespaces: () => [],
  name: (one) => one.name ?? null,
  topic: (one) => toTopicEnum(one.topic),
  createdAt: (one) => toDateTime(one.createdAtMs),
  updatedAt: (one) => toDateTime(one.createdAtMs),
};
