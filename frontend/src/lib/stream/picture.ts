import type { FrameHeader } from './header';
import type { Collimator, FrameMeta, Pose } from './types';

/** Mode of a frame that is a single shot. */
export const SHOT = 1;
/** Mode of a frame of a run. */
export const RUN = 4;

/** The picture on the live monitor and how it was taken. */
export interface Picture {
  header: FrameHeader;
  source: Uint8Array | ImageBitmap;
  meta: FrameMeta;
  pose: Pose | undefined;
  collimator: Collimator | undefined;
  pixelMm: number;
  fovCm: number;
}

export interface Refusal {
  n: number;
  code: string;
  message: string;
}

/** The words of a refused command. */
export function refusalOf(message: Record<string, unknown>): Refusal {
  const error = (message.error ?? {}) as { code?: string; message?: string; way_out?: string };
  const words = error.message ?? 'The room refused this command';
  return {
    n: Number(message.n ?? 0),
    code: error.code ?? 'unknown',
    message: `${words.replace(/\.$/, '')}. ${error.way_out ?? ''}`.trim(),
  };
}

/** Decode a JPEG; a moving picture much larger than its monitor is made smaller on the way (upload costs most). */
export function decode({ payload, width, held, mode }: FrameHeader, wantedPx: number): Promise<ImageBitmap> {
  const blob = new Blob([payload as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' });
  const plain: ImageBitmapOptions = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };
  const smaller = wantedPx > 0 && wantedPx < 0.75 * width && !held && mode !== SHOT;
  return createImageBitmap(
    blob,
    smaller ? { ...plain, resizeWidth: wantedPx, resizeHeight: wantedPx, resizeQuality: 'medium' } : plain,
  );
}

/** Label (diagonal at the detector, cm) of the field that a picture shows. */
export function labelCm(pose: Pose | undefined, pixelMm: number | undefined, width: number): number | undefined {
  if (!pose?.sod_mm || !pixelMm) return undefined;
  return Math.round((pixelMm * width * (pose.sid_mm / pose.sod_mm) * Math.SQRT2) / 10);
}
