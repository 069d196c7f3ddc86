/**
 * One database session, as the migrations need it: on PGlite the only one, on PostgreSQL a connection of its own,
 * so that an advisory lock taken by one statement is held for the next.
 */
export interface SqlSession {
  /** One statement with parameters $1, $2 … */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** A script of any number of statements, without parameters. */
  run(script: string): Promise<void>;
}
