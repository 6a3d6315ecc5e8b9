/** Binary frame message: a 32-byte little-endian header and the picture behind it. */

export const HEADER_BYTES = 32;
const MAGIC = 0x31464741; // "AGF1"

export const MODES = ['fluoroscopy', 'single shot', 'held', 'stored', 'run'] as const;

export interface FrameHeader {
  frame: number;
  simUs: number;
  mode: number;
  codec: number;
  held: boolean;
  draft: boolean;
  /** Shown less a mask. */
  subtracted: boolean;
  /** Fluoroscopy under a roadmap or with a run's vessels. */
  roadmap: boolean;
  /** Made with a test phantom in the beam. */
  phantom: boolean;
  width: number;
  height: number;
  payload: Uint8Array;
}

/**
 * Read one frame message.
 *
 * @throws RangeError when the message is not a whole frame of this protocol.
 */
export function parseFrame(message: ArrayBuffer): FrameHeader {
  if (message.byteLength < HEADER_BYTES) {
    throw new RangeError(`A frame message has at least ${HEADER_BYTES} bytes, this one has ${message.byteLength}.`);
  }
  const view = new DataView(message);
  const magic = view.getUint32(0, true);
  if (magic !== MAGIC) throw new RangeError(`Not a frame: it begins with 0x${magic.toString(16)}.`);
  const length = view.getUint32(24, true);
  if (HEADER_BYTES + length > message.byteLength) {
    throw new RangeError(`The frame says ${length} bytes, only ${message.byteLength - HEADER_BYTES} came.`);
  }
  const flags = view.getUint16(18, true);
  return {
    frame: view.getUint32(4, true),
    simUs: Number(view.getBigUint64(8, true)),
    mode: view.getUint8(16),
    codec: view.getUint8(17),
    held: (flags & 1) !== 0,
    draft: (flags & 2) !== 0,
    subtracted: (flags & 4) !== 0,
    roadmap: (flags & 8) !== 0,
    phantom: (flags & 16) !== 0,
    width: view.getUint16(20, true),
    height: view.getUint16(22, true),
    payload: new Uint8Array(message, HEADER_BYTES, length),
  };
}
