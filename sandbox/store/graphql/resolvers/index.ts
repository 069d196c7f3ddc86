import { bulkOperationResolvers } from '../../bulk/operations.ts';
import type { TypeResolvers } from '../context.ts';
import { fileMutations } from './file-mutations.ts';
import { imageResolvers, mediaImageResolvers, originalSourceResolvers } from './media.ts';
import { platformMutations, subscriptionResolvers } from './platform-mutations.ts';
import { productMutations } from './product-mutations.ts';
import { collectionResolvers, productResolvers, variantResolvers } from './products.ts';
import { queryResolvers } from './queries.ts';
import { appInstallationResolvers, appResolvers, shopResolvers } from './shop.ts';
import { variantMediaMutations } from './variant-media-mutations.ts';

// biome-ignore lint/suspicious/noExplicitAny: each table is typed by its own source; here only names matter.
export const resolvers: Readonly<Record<string, TypeResolvers<any>>> = {
  QueryRoot: queryResolvers,
  Mutation: { ...fileMutations, ...productMutations, ...variantMediaMutations, ...platformMutations },
  App: appResolvers,
  AppInstallation: appInstallationResolvers,
  BulkOperation: bulkOperationResolvers,
  Collection: collectionResolvers,
  Image: imageResolvers,
  MediaImage: mediaImageResolvers,
  MediaImageOriginalSource: originalSourceResolvers,
  Product: productResolvers,
  ProductVariant: variantResolvers,
  Shop: shopResolvers,
  WebhookSubscription: subscriptionResolvers,
};
