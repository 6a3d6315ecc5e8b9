/** A film as a WebM file (Matroska): header, one track, and clusters of coded pictures. */

export interface CodedPicture {
  t_ms: number;
  /** Needs no picture before it. */
  key: boolean;
  data: Uint8Array;
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;

/** One element: its name, its length in eight bytes, its content. */
function element(id: number, ...content: Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const name = bytesOf(id);
  const out = new Uint8Array(name.length + 8 + length);
  out.set(name);
  new DataView(out.buffer).setBigUint64(name.length, (1n << 56n) | BigInt(length));
  let at = name.length + 8;
  for (const part of content) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function bytesOf(value: number): Uint8Array {
  const found: number[] = [];
  for (let rest = value; rest > 0 || !found.length; rest = Math.floor(rest / 256)) found.unshift(rest % 256);
  return Uint8Array.from(found);
}

const whole = (id: number, value: number): Uint8Array => element(id, bytesOf(value));
const text = (id: number, value: string): Uint8Array => element(id, new TextEncoder().encode(value));

function real(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return element(id, bytes);
}

function block(picture: CodedPicture, began_ms: number): Uint8Array {
  const head = new Uint8Array([0x81, 0, 0, picture.key ? 0x80 : 0]);
  new DataView(head.buffer).setInt16(1, Math.round(picture.t_ms - began_ms));
  return element(0xa3, head, picture.data);
}

/**
 * The bytes of a film.
 *
 * @param pictures coded as VP8, in order; a cluster begins with each key picture, at most 32 s apart
 */
export function webm(pictures: readonly CodedPicture[], width: number, height: number, duration_ms: number): Uint8Array {
  const header = element(0x1a45dfa3, whole(0x4286, 1), whole(0x42f7, 1), whole(0x42f2, 4), whole(0x42f3, 8), text(0x4282, 'webm'), whole(0x4287, 2), whole(0x4285, 2));
  const info = element(0x1549a966, whole(0x2ad7b1, 1_000_000), real(0x4489, duration_ms), text(0x4d80, 'Angiosuite'), text(0x5741, 'Angiosuite'));
  const video = element(0xe0, whole(0xb0, width), whole(0xba, height));
  const tracks = element(0x1654ae6b, element(0xae, whole(0xd7, 1), whole(0x73c5, 1), whole(0x83, 1), text(0x86, 'V_VP8'), video));
  const groups: CodedPicture[][] = [];
  for (const picture of pictures) {
    if (picture.key || !groups.length) groups.push([picture]);
    else groups.at(-1)?.push(picture);
  }
  const clusters = groups.map((group) => {
    const began = group[0]?.t_ms ?? 0;
    return element(CLUSTER, whole(0xe7, Math.round(began)), ...group.map((picture) => block(picture, began)));
  });
  const segment = element(SEGMENT, info, tracks, ...clusters);
  const out = new Uint8Array(header.length + segment.length);
  out.set(header);
  out.set(segment, header.length);
  return out;
}
