import { beforeEach, describe, expect, it } from 'vitest';
import type { Content, ContentStore } from '#ports/content-store.ts';
import { sha256 } from '#storage/digest.ts';

async function content(text: string): Promise<Content> {
  const bytes = Uint8Array.from(new TextEncoder().encode(text));
  return { digest: await sha256(bytes), bytes };
}

/**
 * What every store of verified content does.
 * @param make gives an empty store
 */
export function contentStoreContract(name: string, make: () => Promise<ContentStore>): void {
  describe(`${name}, a store of verified content`, () => {
    let store: ContentStore;
    let [a, b, c]: Content[] = [];
    const all = (): [Content, Content, Content] => {
      if (!a || !b || !c) throw new Error('the test has no content');
      return [a, b, c];
    };

    beforeEach(async () => {
      store = await make();
      [a, b, c] = await Promise.all(['a', 'b', 'c'].map(content));
    });

    it('is empty at first', async () => {
      const [one, two] = all();
      expect(await store.get([one.digest, two.digest])).toEqual([undefined, undefined]);
      expect(await store.missing([one.digest, two.digest])).toEqual([one.digest, two.digest]);
    });

    it('gives what it keeps, in the order of the question, as often as asked', async () => {
      const [one, two, three] = all();
      await store.put([one, two]);
      const found = await store.get([two.digest, three.digest, one.digest, two.digest]);
      expect(found).toEqual([two.bytes, undefined, one.bytes, two.bytes]);
    });

    it('answers nothing to no question', async () => {
      expect(await store.get([])).toEqual([]);
      expect(await store.missing([])).toEqual([]);
      await store.put([]);
      await store.remove([]);
    });

    it('names what it lacks, in order and each once', async () => {
      const [one, two, three] = all();
      await store.put([two]);
      const asked = [three, one, two, three, one].map(({ digest }) => digest);
      expect(await store.missing(asked)).toEqual([three.digest, one.digest]);
    });

    it('takes what it has already without a change', async () => {
      const [one] = all();
      await store.put([one]);
      await store.put([one, one]);
      expect(await store.get([one.digest])).toEqual([one.bytes]);
    });

    it('keeps its own copy: neither writer nor reader can change it afterwards', async () => {
      const [one] = all();
      const written = one.bytes.slice();
      await store.put([{ digest: one.digest, bytes: written }]);
      written.fill(0);
      const [read] = await store.get([one.digest]);
      read?.fill(0);
      expect(await store.get([one.digest])).toEqual([one.bytes]);
    });

    it('keeps of a part of a larger buffer the part', async () => {
      const [one] = all();
      const larger = new Uint8Array(1000);
      larger.set(one.bytes, 500);
      await store.put([{ digest: one.digest, bytes: larger.subarray(500, 500 + one.bytes.length) }]);
      const [read] = await store.get([one.digest]);
      expect(read).toEqual(one.bytes);
      expect(read?.buffer.byteLength).toBe(one.bytes.length);
    });

    it('keeps what is empty', async () => {
      const empty = await content('');
      await store.put([empty]);
      expect(await store.get([empty.digest])).toEqual([empty.bytes]);
      expect(await store.missing([empty.digest])).toEqual([]);
    });

    it('forgets what it is told to, and passes over what it never had', async () => {
      const [one, two, three] = all();
      await store.put([one, two]);
      await store.remove([two.digest, three.digest]);
      expect(await store.get([one.digest, two.digest])).toEqual([one.bytes, undefined]);
    });

    it('takes many at once, from several writers', async () => {
      const many = await Promise.all(Array.from({ length: 300 }, (_, i) => content(`content ${i}`)));
      const thirds = [many.slice(0, 150), many.slice(100, 250), many.slice(200)];
      await Promise.all(thirds.map((part) => store.put(part)));
      expect(await store.missing(many.map(({ digest }) => digest))).toEqual([]);
      expect(await store.get(many.map(({ digest }) => digest))).toEqual(many.map(({ bytes }) => bytes));
    });

    it('gives nothing to a caller who has given up', async () => {
      const [one] = all();
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(store.get([one.digest], { signal })).rejects.toThrow('enough');
    });
  });
}
