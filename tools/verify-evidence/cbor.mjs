// CBOR in the narrow form of MX/1, chapter 2.  Integers are BigInt throughout: a seq or a size may need all 64 bits.

export class Malformed extends Error {}

export class Tagged {
  constructor(tag, item) {
    this.tag = tag;
    this.item = item;
  }
}

const DEEPEST = 8;
const MOST_ITEMS = 2_000_000; // more than 16 MiB of real objects can hold; keeps hostile ones within memory
const GREATEST = 2n ** 63n - 1n;
const TAGS = [18n, 98n];
const SIMPLE = new Map([[20, false], [21, true], [22, null]]);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const need = (holds, what) => {
  if (!holds) throw new Malformed(`CBOR: ${what}`);
};

class Reading {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.items = 0;
  }

  left() {
    return this.bytes.length - this.at;
  }

  take(length) {
    need(length <= this.left(), 'the bytes end too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  argument(low) {
    if (low < 24) return BigInt(low);
    need(low < 28, 'an indefinite or reserved length');
    const width = 1 << (low - 24);
    const value = BigInt(`0x${this.take(width).toString('hex')}`);
    need(value >= (width === 1 ? 24n : 1n << BigInt(width * 4)), 'a number not in its shortest form');
    return value;
  }

  // What a count promises is compared with what is left before anything is read for it.
  counted(low, leastEach) {
    const count = this.argument(low);
    need(count * leastEach <= BigInt(this.left()), 'a length above what is left');
    return Number(count);
  }

  item(depth) {
    this.items += 1;
    need(this.items <= MOST_ITEMS, 'more items than any object has');
    const [first] = this.take(1);
    const [major, low] = [first >> 5, first & 31];
    need(depth <= DEEPEST, `deeper than ${DEEPEST}`);
    switch (major) {
      case 0: return this.integer(low);
      case 1: return -1n - this.integer(low);
      case 2: return this.take(this.counted(low, 1n));
      case 3: return this.text(this.take(this.counted(low, 1n)));
      case 4: return Array.from({ length: this.counted(low, 1n) }, () => this.item(depth + 1));
      case 5: return this.map(this.counted(low, 2n), depth);
      case 6: return this.tagged(this.argument(low), depth);
      default:
        need(SIMPLE.has(low), 'a simple value or float that MX/1 does not use');
        return SIMPLE.get(low);
    }
  }

  integer(low) {
    const value = this.argument(low);
    need(value <= GREATEST, 'an integer beyond 64 bits with sign');
    return value;
  }

  text(bytes) {
    try {
      return utf8.decode(bytes);
    } catch {
      throw new Malformed('CBOR: a text that is not UTF-8');
    }
  }

  map(pairs, depth) {
    const map = new Map();
    let before = Buffer.alloc(0);
    for (let n = 0; n < pairs; n += 1) {
      const start = this.at;
      const key = this.item(depth + 1);
      need(typeof key === 'bigint', 'a map key that is not an integer');
      const encoded = this.bytes.subarray(start, this.at);
      need(Buffer.compare(before, encoded) < 0, 'map keys out of order or twice');
      before = encoded;
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  tagged(tag, depth) {
    need(depth === 1 && TAGS.includes(tag), 'a tag that does not belong here');
    return new Tagged(tag, this.item(depth + 1));
  }
}

/** Read a buffer that holds exactly one item. */
export function decode(bytes) {
  const reading = new Reading(bytes);
  const item = reading.item(1);
  need(reading.left() === 0, 'bytes after the outermost item');
  return item;
}

/** Read items one after the other, each an outermost one, until nothing is left. */
export function decodeSequence(bytes) {
  const reading = new Reading(bytes);
  const items = [];
  while (reading.left() > 0) items.push(reading.item(1));
  return items;
}

function head(major, argument) {
  const value = BigInt(argument);
  const first = (low) => Buffer.of((major << 5) | low);
  if (value < 24n) return first(Number(value));
  const step = [8n, 16n, 32n, 64n].findIndex((bits) => value < 1n << bits);
  return Buffer.concat([first(24 + step), Buffer.from(value.toString(16).padStart(2 << step, '0'), 'hex')]);
}

/** Write an array of integers, strings, bytes and nulls: what signatures cover besides the bytes received. */
export function encode(item) {
  if (item === null) return Buffer.of(0xf6);
  if (typeof item === 'bigint') return item < 0n ? head(1, -1n - item) : head(0, item);
  if (typeof item === 'string') return Buffer.concat([head(3, Buffer.byteLength(item)), Buffer.from(item)]);
  if (Array.isArray(item)) return Buffer.concat([head(4, item.length), ...item.map(encode)]);
  return Buffer.concat([head(2, item.length), item]);
}
