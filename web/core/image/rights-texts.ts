/** What a source says about whose it is; each as plain text, null where it says nothing. */
export interface KeptMetadata {
  readonly copyright: string | null;
  readonly creator: string | null;
  readonly credit: string | null;
  readonly usageTerms: string | null;
  /** Address of a page with the terms. */
  readonly webStatement: string | null;
  /**
   * The file carries a C2PA manifest (Content Credentials). It is bound to the file's bytes by a hash and signed, so
   * it cannot be carried over to other pixels: see finish.
   */
  readonly hasContentCredentials: boolean;
}

/** What one kind of metadata states: only what was found. */
export type RightsTexts = Partial<Record<keyof Omit<KeptMetadata, 'hasContentCredentials'>, string>>;
