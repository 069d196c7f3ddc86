import { Session } from '@shopify/shopify-api';
import { z } from 'zod';
import type { Db } from '../../core/store/door.ts';
import type { Seal } from '../../core/store/seal.ts';
import {
  deleteSessions,
  findSession,
  findSessionsOfShop,
  type SealedSession,
  saveSession,
} from '../../core/store/sessions.ts';

/** Shopify's five-method port; its own adapter for Prisma stops at version 6. */
export interface SessionStorage {
  storeSession(session: Session): Promise<boolean>;
  loadSession(id: string): Promise<Session | undefined>;
  deleteSession(id: string): Promise<boolean>;
  deleteSessions(ids: string[]): Promise<boolean>;
  findSessionsByShop(shop: string): Promise<Session[]>;
}

export interface SessionStorageDeps {
  readonly db: Db;
  readonly seal: Seal;
  readonly now: () => Date;
}

const entriesSchema = z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.boolean()])]));

/** Sessions in the database, sealed whole: an attacker with a copy of it has no token. */
export function createSessionStorage({ db, seal, now }: SessionStorageDeps): SessionStorage {
  const open = (row: SealedSession): Session => {
    const entries = entriesSchema.parse(JSON.parse(seal.open(row.sealed, placeOf(row.id))));
    return Session.fromPropertyArray(entries, true);
  };
  return {
    async storeSession(session) {
      const plain = JSON.stringify(session.toPropertyArray(true));
      const row: SealedSession = {
        id: session.id,
        shopDomain: session.shop,
        isOnline: session.isOnline,
        sealed: seal.seal(plain, placeOf(session.id)),
        expiresAt: session.expires ?? null,
      };
      await saveSession(db, row, now());
      return true;
    },
    async loadSession(id) {
      const row = await findSession(db, id);
      return row === null ? undefined : open(row);
    },
    async deleteSession(id) {
      await deleteSessions(db, [id]);
      return true;
    },
    async deleteSessions(ids) {
      await deleteSessions(db, ids);
      return true;
    },
    async findSessionsByShop(shop) {
      return (await findSessionsOfShop(db, shop)).map(open);
    },
  };
}

function placeOf(id: string): string {
  return `session/${id}`;
}
