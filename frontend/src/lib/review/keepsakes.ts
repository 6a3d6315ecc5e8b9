/** Pictures and films to take away: the frame as shown, its marks, and a footer that says what it is. */
import { PlainPainter, type Picture } from './draw';
import { kindWords, type RunDetail, type RunFrame } from './data';
import { toScreen } from './look';
import { phantomWords } from '../suite/acquisition';
import type { Shape } from './marks';
import type { Settings } from './viewer.svelte';
import { webm, type CodedPicture } from './webm';

export interface Sheet {
  run: RunDetail;
  frame: number;
  info: RunFrame | null;
  picture: Picture;
  subtracted: boolean;
  peak: boolean;
  settings: Settings;
  shapes: Shape[];
  patient: string;
  /** Title of the test phantom in the beam. */
  phantom: string | null;
  session: string;
}

const SIDE_AT_LEAST = 1024;
const FOOT = 72;
const FONT = '"IBM Plex Sans Variable", "IBM Plex Sans", system-ui, sans-serif';
/** Bits a pixel of a film: noise is most of what there is to code. */
const FILM_BITS = 0.5;
const KEY_EVERY = 30;

/** The two lines below a picture. */
export function footerOf(sheet: Sheet): [string, string] {
  const { run, frame, info, settings } = sheet;
  const what = sheet.peak ? 'peak opacification' : `frame ${frame} of ${run.frames}${info ? ` · ${info.t_s.toFixed(1)} s` : ''}`;
  const [x, y] = settings.shift;
  const by = x || y ? `shift ${x.toFixed(1)}, ${y.toFixed(1)} px` : '';
  const landmark = settings.landmark ? `landmark ${Math.round(settings.landmark * 100)} %` : '';
  const mask = sheet.subtracted ? ['subtracted', `mask ${settings.mask.join(', ')}`, by, landmark].filter(Boolean).join(', ') : '';
  return [
    [`Run ${run.number}`, run.title || kindWords(run), what, mask].filter(Boolean).join(' · '),
    [sheet.patient, sheet.session, 'Simulated, for training, not for clinical use', sheet.phantom && phantomWords(sheet.phantom)].filter(Boolean).join(' · '),
  ];
}

/** Draw a sheet on a canvas of its own size. */
function compose(sheet: Sheet, canvas: HTMLCanvasElement, painter: PlainPainter, inside: HTMLCanvasElement): void {
  const side = inside.width;
  painter.draw(sheet.picture);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return;
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(inside, 0, 0);
  drawShapes(context, sheet, side);
  const [first, second] = footerOf(sheet);
  context.font = `20px ${FONT}`;
  context.fillStyle = '#d9dfe5';
  context.fillText(first, 12, side + 28, side - 24);
  context.font = `18px ${FONT}`;
  context.fillStyle = '#a3aeb9';
  context.fillText(second, 12, side + 56, side - 24);
  if (sheet.phantom) sign(context, phantomWords(sheet.phantom), side);
}

function sign(context: CanvasRenderingContext2D, words: string, side: number): void {
  context.font = `600 22px ${FONT}`;
  const width = context.measureText(words).width + 20;
  context.fillStyle = '#0b0d10';
  context.fillRect((side - width) / 2, 10, width, 34);
  context.strokeStyle = '#e8edf2';
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeRect((side - width) / 2, 10, width, 34);
  context.setLineDash([]);
  context.fillStyle = '#e8edf2';
  context.fillText(words, (side - width) / 2 + 10, 34);
}

function drawShapes(context: CanvasRenderingContext2D, sheet: Sheet, side: number): void {
  const { width, height, view } = sheet.picture;
  const place = ([x, y]: readonly [number, number]): [number, number] => {
    const [u, v] = toScreen(x / width, y / height, view);
    return [u * side, v * side];
  };
  const stroke = (line: readonly (readonly [number, number])[], colour: string, thick: number): void => {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.beginPath();
    line.forEach((point, i) => (i ? context.lineTo(...place(point)) : context.moveTo(...place(point))));
    context.stroke();
  };
  for (const shape of sheet.shapes) {
    for (const [lines, colour] of [[shape.lines, '#7fb4f5'], [shape.edges, '#e0905c']] as const) {
      for (const line of lines) {
        stroke(line, 'rgb(0 0 0 / 0.6)', 5);
        stroke(line, colour, 2);
      }
    }
    if (!shape.words) continue;
    const [x, y] = place(shape.at);
    context.font = `500 20px ${FONT}`;
    const wide = context.measureText(shape.words).width;
    const left = Math.max(4, Math.min(x + 10, side - wide - 12));
    context.fillStyle = 'rgb(0 0 0 / 0.65)';
    context.fillRect(left - 4, y - 18, wide + 8, 26);
    context.fillStyle = '#e8edf2';
    context.fillText(shape.words, left, y + 2);
  }
}

function canvases(sheet: Sheet, atLeast: number): [HTMLCanvasElement, PlainPainter, HTMLCanvasElement] {
  const side = Math.max(atLeast, sheet.picture.width);
  const [whole, inside] = [document.createElement('canvas'), document.createElement('canvas')];
  inside.width = inside.height = whole.width = side;
  whole.height = side + FOOT;
  return [whole, new PlainPainter(inside), inside];
}

/** A PNG of what is shown. */
export async function pictureOf(sheet: Sheet): Promise<Blob> {
  const [canvas, painter, inside] = canvases(sheet, SIDE_AT_LEAST);
  compose(sheet, canvas, painter, inside);
  painter.dispose();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('The browser could not make the picture. Close other pages and save it again.');
  return blob;
}

/** Put the picture alone on a page of paper. */
export async function printOf(sheet: Sheet): Promise<void> {
  const address = URL.createObjectURL(await pictureOf(sheet));
  const image = document.createElement('img');
  image.className = 'print-sheet';
  image.alt = footerOf(sheet).join('. ');
  image.src = address;
  await image.decode();
  document.body.append(image);
  try {
    window.print();
  } finally {
    image.remove();
    URL.revokeObjectURL(address);
  }
}

/**
 * A WebM of every frame, timed as it is played; null when it was given up.
 *
 * @throws Error when the browser codes no films.
 */
export async function filmOf(
  first: Sheet,
  still: (frame: number) => Promise<Sheet | null>,
  fps: number,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob | null> {
  const [canvas, painter, inside] = canvases(first, 512);
  const { width, height } = canvas;
  const settings: VideoEncoderConfig = { codec: 'vp8', width, height, bitrate: FILM_BITS * width * height * fps, framerate: fps };
  if (!globalThis.VideoEncoder || !(await VideoEncoder.isConfigSupported(settings)).supported) {
    throw new Error('This browser codes no films here: it needs VP8 and a secure address (https, or this machine). Save pictures, or export the session as DICOM.');
  }
  const coded: CodedPicture[] = [];
  let fault: unknown = null;
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      coded.push({ t_ms: chunk.timestamp / 1000, key: chunk.type === 'key', data });
    },
    error: (error) => (fault = error),
  });
  encoder.configure(settings);
  const { frames } = first.run;
  for (let frame = 1; frame <= frames && !signal.aborted && !fault; frame++) {
    const sheet = await still(frame);
    if (!sheet) break;
    compose(sheet, canvas, painter, inside);
    const picture = new VideoFrame(canvas, { timestamp: Math.round(((frame - 1) * 1e6) / fps), duration: Math.round(1e6 / fps) });
    encoder.encode(picture, { keyFrame: (frame - 1) % KEY_EVERY === 0 });
    picture.close();
    progress(frame / frames);
    do await new Promise((done) => setTimeout(done));
    while (encoder.encodeQueueSize > 2 && !signal.aborted && !fault);
  }
  painter.dispose();
  if (!signal.aborted && !fault) await encoder.flush();
  if (encoder.state !== 'closed') encoder.close();
  if (fault) throw fault;
  return signal.aborted ? null : new Blob([webm(coded, width, height, (1000 * frames) / fps) as Uint8Array<ArrayBuffer>], { type: 'video/webm' });
}

/** Offer a file for download. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
