/** Records by id, walked in order of id from any point: half a million files must page without a full scan. */
export class IdTable<T extends { readonly id: number }> {
  readonly #byId = new Map<number, T>();
  /** Ascending; ids of deleted records stay until the next tidying. */
  #ids: number[] = [];

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  /** Ids only ever grow. Throws RangeError otherwise. */
  add(record: T): void {
    const last = this.#ids.at(-1);
    if (last !== undefined && record.id <= last) throw new RangeError(`id ${record.id} is not above ${last}`);
    this.#ids.push(record.id);
    this.#byId.set(record.id, record);
  }

  delete(id: number): boolean {
    const wasThere = this.#byId.delete(id);
    if (this.#ids.length > 2 * this.#byId.size + 1000)
      this.#ids = this.#ids.filter((one) => this.#byId.has(one));
    return wasThere;
  }

  /** Ascending from the first id ≥ `fromId`. */
  *ascending(fromId = 0): Generator<T, undefined> {
    for (let index = this.#firstAtOrAbove(fromId); index < this.#ids.length; index += 1) {
      const record = this.#byId.get(this.#ids[index] ?? -1);
      if (record !== undefined) yield record;
    }
    return undefined;
  }

  #firstAtOrAbove(id: number): number {
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
