// The log of a stream (MX/1, 5.2): leaves, inclusion and growth as RFC 6962.

import { createHash } from 'node:crypto';

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

export const leafHash = (statement) => sha256(Buffer.of(0), statement);
const parent = (left, right) => sha256(Buffer.of(1), left, right);

/** The root that a path gives for the leaf at `index` of a tree of `size`, or null where the path does not fit. */
export function rootByPath(leaf, index, size, path) {
  if (index < 0n || index >= size) return null;
  let [position, last, hash] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) return null;
    if (position % 2n === 1n || position === last) {
      hash = parent(sibling, hash);
      // The last leaf of an uneven level has no sibling there; its hash rises unchanged.
      while (position % 2n === 0n && position !== 0n) [position, last] = [position / 2n, last / 2n];
    } else {
      hash = parent(hash, sibling);
    }
    [position, last] = [position / 2n, last / 2n];
  }
  return last === 0n ? hash : null;
}

/** How many complete subtrees a log of `size` leaves has. */
export const subtrees = (size) => size.toString(2).replaceAll('0', '').length;

/** The frontier, largest subtree first, after `leaf` has joined a log of `size` leaves. */
export function grown(frontier, size, leaf) {
  const after = [...frontier, leaf];
  for (let rest = size; rest % 2n === 1n; rest /= 2n) after.push(parent(...after.splice(-2)));
  return after;
}

/** The root of the log that has this frontier. */
export function rootOfFrontier(frontier) {
  return frontier.length === 0 ? sha256() : frontier.reduceRight((right, left) => parent(left, right));
}
